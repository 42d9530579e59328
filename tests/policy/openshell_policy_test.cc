#include "policy/openshell_policy.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

using sbx::Enrichment;
using sbx::PathWish;
using sbx::Policy;
using sbx::Wish;

namespace {

std::string sample(const std::string& name) {
  std::ifstream in(SBX_SOURCE_DIR "/tests/policy/samples/" + name);
  std::stringstream text;
  text << in.rdbuf();
  REQUIRE(in);
  return text.str();
}

Policy policy_of(const std::string& text, const Enrichment& enrichment = {}) {
  auto policy = sbx::parse_openshell_policy({"p.yaml", text}, enrichment);
  INFO((policy ? "" : policy.error().text));
  REQUIRE(policy);
  return *std::move(policy);
}

std::string fault(const std::string& text) {
  const auto policy = sbx::parse_openshell_policy({"p.yaml", text}, {});
  REQUIRE_FALSE(policy);
  return policy.error().text;
}

const Wish<PathWish>* path(const Policy& policy, const std::string& name) {
  const auto& paths = policy.landlock->paths;
  const auto found =
      std::ranges::find_if(paths, [&](const Wish<PathWish>& wish) { return wish.value.path == name; });
  return found == paths.end() ? nullptr : &*found;
}

constexpr std::uint64_t read_only = 0xd, read_write = 0x3fff;
const std::string networked = "version: 1\nnetwork_policies: { forge: {} }\n";

} // namespace

TEST_CASE("openshell_policy: every section of a policy, each wish with its place") {
  const Policy policy = policy_of(sample("openshell.yaml"));
  REQUIRE(policy.landlock);
  CHECK(policy.kind == sbx::PolicyKind::openshell);
  CHECK(policy.landlock->hard->value);
  CHECK(policy.landlock->hard->origin.empty());
  CHECK(sbx::place_words(policy.landlock->hard->place) == "p.yaml:9:28");
  CHECK(policy.landlock->fs->value == read_write);
  CHECK(policy.landlock->fs->origin == "openshell");
  CHECK_FALSE(policy.landlock->net);
  REQUIRE(policy.landlock->paths.size() == 7);
  const Wish<PathWish>* const lib = path(policy, "/lib");
  REQUIRE(lib);
  CHECK(lib->value.as == "read_only");
  CHECK(lib->value.access == read_only);
  CHECK(lib->value.may == read_only);
  CHECK_FALSE(lib->value.optional);
  CHECK(lib->origin.empty());
  CHECK(sbx::place_words(lib->place) == "p.yaml:5:21");
  const Wish<PathWish>* const tmp = path(policy, "/tmp");
  REQUIRE(tmp);
  CHECK(tmp->value.access == read_write);
  CHECK(tmp->value.may == ~std::uint64_t{0});
  CHECK(sbx::place_words(tmp->place) == "p.yaml:7:7");
  REQUIRE(policy.user);
  CHECK(policy.user->value.uid == 1500);
  CHECK(policy.user->value.gid == 1501);
  CHECK(policy.user->value.never_root);
  CHECK(sbx::place_words(policy.user->place) == "p.yaml:11:16");
}

TEST_CASE("openshell_policy: what OpenShell does to every agent is wished for in its name") {
  const Policy policy = policy_of(sample("openshell-minimal.yaml"));
  CHECK(policy.no_new_privs->value);
  CHECK(policy.no_new_privs->origin == "openshell");
  REQUIRE(policy.capabilities.size() == 5);
  for (const auto& wish : policy.capabilities) {
    CHECK(wish.value.most == 0);
    CHECK(wish.origin == "openshell");
  }
  CHECK(policy.seccomp->value.kind == sbx::SeccompWish::Kind::some);
  REQUIRE(policy.namespaces.size() == 1);
  CHECK(policy.namespaces[0].value.kind == "net");
  CHECK(policy.namespaces[0].value.own);
  CHECK(policy.user->value.never_root);
  CHECK_FALSE(policy.user->value.uid);
  CHECK(policy.user->origin == "openshell");
}

TEST_CASE(
    "openshell_policy: best effort is what it does where nothing is said, at the place of the section") {
  Policy policy = policy_of("version: 1\n");
  CHECK_FALSE(policy.landlock->hard->value);
  CHECK(policy.landlock->hard->origin == "openshell");
  CHECK(policy.landlock->hard->place.mark.line == 1);
  policy = policy_of("version: 1\nlandlock: {}\n");
  CHECK_FALSE(policy.landlock->hard->value);
  CHECK(policy.landlock->hard->place.mark.line == 2);
  policy = policy_of("version: 1\nlandlock:\n  compatibility: \"\"\n");
  CHECK(policy.landlock->hard->origin == "openshell");
  policy = policy_of(sample("openshell-best-effort.yaml"));
  CHECK_FALSE(policy.landlock->hard->value);
  CHECK(policy.landlock->hard->origin.empty());
  CHECK(policy.user->value.user == "sandbox");
  CHECK(policy.user->value.group == "sandbox");
  CHECK_FALSE(policy.user->value.uid);
}

TEST_CASE("openshell_policy: rules for the network are rows that nobody checked") {
  const Policy policy = policy_of(sample("openshell.yaml"));
  REQUIRE(policy.unchecked.size() == 3);
  CHECK(policy.unchecked[0].value.what == "network_policies.forge");
  CHECK(policy.unchecked[0].value.why.find("proxy") != std::string::npos);
  CHECK(policy.unchecked[0].place.mark.line == 14);
  CHECK(policy.unchecked[1].value.what == "network_policies.packages");
  CHECK(policy.unchecked[2].value.what == "network_middlewares.redact");
  CHECK(policy_of("version: 1\nnetwork_policies: {\"\\e[m\": {}}\n").unchecked[0].value.what ==
        "network_policies.\\x1b[m");
}

TEST_CASE("openshell_policy: the working directory is writable where the file says so, or has no section") {
  const auto has_note = [](const Policy& policy, const std::string& part) {
    return std::ranges::any_of(policy.notes, [&](const Wish<std::string>& note) {
      return note.value.find(part) != std::string::npos;
    });
  };
  Enrichment workdir;
  workdir.workdir = "/workspace";
  const Policy absent = policy_of("version: 1\n", workdir);
  REQUIRE(path(absent, "/workspace"));
  CHECK(path(absent, "/workspace")->origin == "workdir");
  CHECK(path(absent, "/workspace")->value.as == "read_write");
  CHECK_FALSE(path(absent, "/workspace")->value.optional);
  const Policy said = policy_of("version: 1\nfilesystem_policy:\n  include_workdir: true\n", workdir);
  REQUIRE(path(said, "/workspace"));
  CHECK(path(said, "/workspace")->place.mark.line == 3);
  const Policy denied = policy_of("version: 1\nfilesystem_policy: {read_only: [/usr]}\n", workdir);
  CHECK_FALSE(path(denied, "/workspace"));
  CHECK(has_note(denied, "include_workdir is false"));
  CHECK(has_note(policy_of("version: 1\n"), "which one it is, the file does not say"));
}

TEST_CASE(
    "openshell_policy: without any path its first generation applies nothing, and nothing must be handled") {
  const Policy none = policy_of("version: 1\nfilesystem_policy: {}\n");
  CHECK_FALSE(none.landlock->fs);
  CHECK(none.landlock->paths.empty());
  REQUIRE(none.notes.size() == 1);
  CHECK(none.notes[0].value.find("applies no Landlock") != std::string::npos);
  CHECK(policy_of("version: 1\n").landlock->fs);
}

TEST_CASE("openshell_policy: the baseline is added where there are rules for the network") {
  Enrichment baseline;
  baseline.baseline = true;
  const Policy policy = policy_of(networked, baseline);
  CHECK(policy.landlock->paths.size() == 8);
  REQUIRE(path(policy, "/var/log"));
  CHECK(path(policy, "/var/log")->origin == "baseline");
  CHECK(path(policy, "/var/log")->value.optional);
  CHECK(path(policy, "/var/log")->value.as == "read_only");
  REQUIRE(path(policy, "/tmp"));
  CHECK(path(policy, "/tmp")->value.as == "read_write");
  const Policy without = policy_of("version: 1\n", baseline);
  CHECK(without.landlock->paths.empty());
  CHECK(without.notes[0].value.find("no baseline paths") != std::string::npos);
}

TEST_CASE("openshell_policy: what the file says wins over the baseline") {
  Enrichment baseline;
  baseline.baseline = true;
  const Policy policy =
      policy_of(networked + "filesystem_policy: { read_only: [/tmp], read_write: [/usr] }\n", baseline);
  CHECK(policy.landlock->paths.size() == 8);
  CHECK(path(policy, "/tmp")->value.as == "read_only");
  CHECK(path(policy, "/tmp")->origin.empty());
  CHECK(path(policy, "/usr")->value.as == "read_write");
  CHECK(path(policy, "/usr")->origin.empty());
}

TEST_CASE("openshell_policy: a GPU makes /proc writable, whatever the file says") {
  Enrichment gpu;
  gpu.gpu = true;
  gpu.baseline = true;
  const Policy policy = policy_of(networked + "filesystem_policy: { read_only: [/proc, /usr] }\n", gpu);
  REQUIRE(path(policy, "/proc"));
  CHECK(path(policy, "/proc")->value.as == "read_write");
  CHECK(path(policy, "/proc")->origin == "gpu");
  CHECK(std::ranges::count_if(policy.landlock->paths,
                              [](const Wish<PathWish>& wish) { return wish.value.path == "/proc"; }) == 1);
  REQUIRE(path(policy, "/dev/nvidia0"));
  CHECK(path(policy, "/dev/nvidia0")->value.optional);
  REQUIRE(path(policy, "/usr/lib/wsl"));
  CHECK(path(policy, "/usr/lib/wsl")->value.as == "read_only");
}

TEST_CASE("openshell_policy: the layer of the newer generations is no extra where it is expected") {
  Enrichment toplevel;
  toplevel.toplevel = true;
  CHECK(policy_of("version: 1\n", toplevel).landlock->toplevel_layer);
  CHECK_FALSE(policy_of("version: 1\n").landlock->toplevel_layer);
}

TEST_CASE("openshell_policy: a path that is in both lists may have what either asks for") {
  const Policy policy =
      policy_of("version: 1\nfilesystem_policy: { read_only: [/srv], read_write: [/srv/] }\n");
  REQUIRE(policy.landlock->paths.size() == 2);
  CHECK(policy.landlock->paths[0].value.access == read_only);
  CHECK(policy.landlock->paths[0].value.may == ~std::uint64_t{0});
}

TEST_CASE("openshell_policy: a misspelt compatibility is an error that tells what OpenShell makes of it") {
  CHECK(fault("version: 1\nlandlock: {compatibility: Hard_requirement}\n") ==
        "p.yaml:2:27: unknown compatibility 'Hard_requirement', which OpenShell up to 0.0.111 takes for "
        "best_effort without a word; did you mean hard_requirement?");
}

TEST_CASE("openshell_policy: nobody runs as root") {
  for (const std::string id : {"0", "root", "4294967295", "99999999999", "-1", "1x", "01x", "Sandbox"})
    CHECK(fault("version: 1\nprocess: {run_as_user: \"" + id + "\"}\n")
              .starts_with("p.yaml:2:24: process.run_as_user: '" + id + "' is neither sandbox nor a number"));
  CHECK(policy_of("version: 1\nprocess: {run_as_group: \"7\"}\n").user->value.gid == 7);
  CHECK(policy_of("version: 1\nprocess: {run_as_user: \"4294967294\"}\n").user->value.uid == 4294967294);
  CHECK(policy_of("version: 1\nprocess: {run_as_user: \"\"}\n").user->origin == "openshell");
}

TEST_CASE("openshell_policy: a name with two dots in it is a name") {
  const Policy policy = policy_of("version: 1\nfilesystem_policy: {read_only: [/srv/..a/b../...]}\n");
  CHECK(policy.landlock->paths.size() == 1);
  CHECK(fault("version: 1\nfilesystem_policy: {read_only: [/srv/..]}\n") ==
        "p.yaml:2:33: the path '/srv/..' has a '..'");
}
