// Who launched what, in the texts of real sandboxes (fixtures/ancestries).
#include "launchers/ancestry.h"

#include <catch2/catch.hpp>

using namespace sbx;
using namespace sbx::test;

namespace {

struct Expected {
  std::string name, chain;
  std::vector<std::string_view> sure; // of them
};

void show(const std::vector<Launcher>& chain) {
  for (const Launcher& it : chain) {
    UNSCOPED_INFO(it.id << " " << confidence_name(it.confidence) << " " << it.pid);
    for (const LauncherEvidence& e : it.evidence)
      UNSCOPED_INFO("    " << evidence_kind_name(e.kind) << (e.forgeable ? "? " : "! ") << e.words);
    for (const std::string& e : it.against)
      UNSCOPED_INFO("    against " << e);
  }
}

const Expected expected[] = {
    {"docker-default", "docker 3d2bac077497", {"docker"}},
    {"podman-crun", "podman 5885e9d971fc", {"podman"}},
    {"podman-runc", "podman cae71203aa83", {"podman"}},
    {"rootless-podman", "podman-rootless 46cad2a8bb15", {}}, // conmon is in namespaces that the user made
    {"bwrap-root-all", "bwrap", {"bwrap"}},
    {"bwrap-user-all", "bwrap", {"bwrap"}},
    {"srt", "srt > bwrap", {"bwrap"}},
    {"codex-bwrap", "codex > bwrap", {"bwrap"}},
    {"codex-landlock", "codex", {}},
    {"gvisor", "gvisor", {"gvisor"}},
    {"nspawn", "nspawn", {"nspawn"}},
    {"firejail-default", "firejail", {"firejail"}},
    {"firejail-noprofile", "firejail", {"firejail"}},
    {"chromium-renderer", "chromium", {"chromium"}},
    {"unshare-userpid", "unshare", {}}, // it is in its own user namespace
    {"crun-bundle", "oci-runtime", {}}, // it executes a sealed copy of itself
    {"microsandbox", "microsandbox zoo > libkrun", {}},
    {"qemu-tcg", "qemu", {"qemu"}},
    {"proot", "proot", {"proot"}},
    {"plain-user", "", {}},
    {"zx-ll-all", "", {}}, // Landlock alone: nothing is left of who asked for it
};

} // namespace

TEST_CASE("recorded_ancestries: each real sandbox has its launchers, and what has none has none") {
  for (const Expected& it : expected) {
    INFO(it.name);
    const auto chain = recorded_family(it.name).chain(recorded_members(it.name));
    show(chain);
    CHECK(chain_words(chain) == it.chain);
    for (const Launcher& launcher : chain) {
      const bool sure = std::find(it.sure.begin(), it.sure.end(), launcher.id) != it.sure.end();
      CHECK((launcher.confidence == Confidence::sure) == sure);
    }
  }
}

TEST_CASE("recorded_ancestries: without the commands, names and groups are left, and are forgeable or told "
          "as such") {
  Family docker = recorded_family("docker-default");
  docker.commands = "1 !EACCES\n";
  const auto chain = docker.chain(recorded_members("docker-default"));
  const Launcher* launcher = launcher_of(chain, "docker");
  show(chain);
  REQUIRE(launcher); // by its control group, which root made, and its namespaces
  CHECK(launcher->confidence == Confidence::sure);
  CHECK_FALSE(has_evidence(*launcher, EvidenceKind::argv));

  Family bwrap = recorded_family("bwrap-user-all");
  bwrap.commands = "1 !EACCES\n";
  const auto named = bwrap.chain(recorded_members("bwrap-user-all"));
  REQUIRE(launcher_of(named, "bwrap"));
  CHECK(launcher_of(named, "bwrap")->confidence == Confidence::likely); // its name, and the namespaces
}

TEST_CASE("recorded_ancestries: the launcher of a chain is the process that stayed outside") {
  const auto bwrap = recorded_family("bwrap-root-all").chain(recorded_members("bwrap-root-all"));
  CHECK(launcher_of(bwrap, "bwrap")->pid == 31264);
  const auto docker = recorded_family("docker-default").chain(recorded_members("docker-default"));
  CHECK(launcher_of(docker, "docker")->pid == 30568);
  CHECK(launcher_of(docker, "docker")->instance.size() == 64);
}
