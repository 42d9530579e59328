#include "launchers/chain.h"

#include "launchers/ancestry.h"
#include "launchers/launcher_row.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

using namespace sbx;
using namespace sbx::test;

namespace {

const std::string id_a(64, 'a'), id_b(64, 'b');
const std::string inner_ns = "mnt=11 pid=12 net=13 ipc=14 uts=15";

Kin shim(std::int64_t pid, const std::string& name_space, const std::string& id) {
  return {.pid = pid,
          .name = "containerd-shim",
          .exe = "/usr/bin/containerd-shim-runc-v2",
          .argv = {"/usr/bin/containerd-shim-runc-v2", "-namespace", name_space, "-id", id}};
}

std::string words_of(const std::vector<Launcher>& chain) {
  for (const Launcher& it : chain) {
    UNSCOPED_INFO(it.id << " " << confidence_name(it.confidence) << " " << it.pid);
    for (const LauncherEvidence& e : it.evidence)
      UNSCOPED_INFO("    " << evidence_kind_name(e.kind) << (e.forgeable ? "? " : "! ") << e.words);
    for (const std::string& e : it.against)
      UNSCOPED_INFO("    against " << e);
  }
  return chain_words(chain);
}

LauncherSight markers(std::vector<std::string> paths) {
  LauncherSight sight;
  sight.markers = std::move(paths);
  return sight;
}

} // namespace

TEST_CASE("chain: the whole of it, outermost first") {
  const Family all = family({shim(100, "moby", id_a),
                             {.pid = 110,
                              .ppid = 100,
                              .name = "openshell-sandb",
                              .exe = "/opt/openshell/bin/openshell-sandbox",
                              .argv = {"/opt/openshell/bin/openshell-sandbox", "--workdir", "/work"},
                              .ns = inner_ns,
                              .cgroup = "/system.slice/docker-" + id_a + ".scope"},
                             {.pid = 120,
                              .ppid = 110,
                              .name = "bwrap",
                              .exe = "/usr/bin/bwrap",
                              .argv = {"bwrap", "--ro-bind", "/", "/", "agent"},
                              .uid = 1000,
                              .ns = inner_ns,
                              .cgroup = "/system.slice/docker-" + id_a + ".scope"},
                             {.pid = 130,
                              .ppid = 120,
                              .name = "agent",
                              .exe = "/usr/bin/agent",
                              .uid = 1000,
                              .ns = "mnt=21 pid=12 net=23",
                              .cgroup = "/system.slice/docker-" + id_a + ".scope"}},
                            "/usr/lib/systemd/systemd");
  const auto chain = all.chain({130});
  words_of(chain);
  CHECK(chain_words(chain, "agent") == "systemd > docker aaaaaaaaaaaa > openshell-a > bwrap > agent");
  CHECK(launcher_of(chain, "systemd")->confidence == Confidence::sure);
  CHECK(launcher_of(chain, "docker")->confidence == Confidence::sure);
  CHECK(launcher_of(chain, "openshell-a")->confidence == Confidence::likely); // its file is the container's
  CHECK(launcher_of(chain, "openshell-a")->name == "OpenShell up to 0.0.111, driver docker");
}

TEST_CASE("chain: every row has evidence of two kinds, or says that nothing is left") {
  std::set<std::string_view> ids;
  for (const LauncherRow& row : launcher_rows()) {
    INFO(row.id);
    CHECK(ids.insert(row.id).second);
    const int kinds = (!row.executables.empty() || !row.names.empty()) + !row.words.empty() +
                      !row.cgroups.empty() + (!row.own_ns.empty() || row.any_ns) + !row.markers.empty() +
                      (!row.variables.empty() || !row.container_variable.empty()) +
                      (!row.labels.empty() || !row.lsm_labels.empty()) + !row.profiles.empty() + row.vm;
    CHECK(kinds >= 2);
    for (const std::string_view name : row.names)
      CHECK(name.size() <= 15 + 1); // TASK_COMM_LEN, and a star
  }
}

TEST_CASE("chain: the documentation has every row") {
  std::ifstream file(std::string(SBX_SOURCE_DIR) + "/docs/launchers.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const LauncherRow& row : launcher_rows()) {
    INFO(row.id);
    CHECK(text.str().find("`" + std::string(row.id) + "`") != std::string::npos);
  }
}

TEST_CASE("chain: of Kubernetes, the pod and the runtime below it") {
  const std::string pod = "1b2c3d4e-0123-4567-89ab-cdef01234567",
                    pod_ = "1b2c3d4e_0123_4567_89ab_cdef01234567";
  const auto containerd =
      family({shim(100, "k8s.io", id_b),
              {.pid = 110,
               .ppid = 100,
               .name = "app",
               .exe = "/app",
               .ns = inner_ns,
               .cgroup = "/kubepods.slice/kubepods-pod" + pod_ + ".slice/cri-containerd-" + id_a + ".scope"}})
          .chain({110});
  CHECK(words_of(containerd) == "kubernetes " + pod + " > containerd aaaaaaaaaaaa");
}

TEST_CASE("chain: CRI-O and Podman share conmon, and are told apart by its words") {
  const auto crio =
      family({{.pid = 100,
               .name = "conmon",
               .exe = "/usr/bin/conmon",
               .argv = {"/usr/bin/conmon", "-c", id_a, "-n", "k8s_app_pod", "--exit-dir", "/run/crio/exits",
                        "--persist-dir", "/var/lib/containers", "--socket-dir-path", "/run/crio"}},
              {.pid = 110,
               .ppid = 100,
               .name = "app",
               .exe = "/app",
               .ns = inner_ns,
               .cgroup = "/kubepods/besteffort/pod1b2c3d4e-0123-4567-89ab-cdef01234567/crio-" + id_a}})
          .chain({110});
  words_of(crio);
  CHECK(launcher_of(crio, "crio"));
  CHECK(launcher_of(crio, "kubernetes"));
  CHECK_FALSE(launcher_of(crio, "podman"));
  CHECK(launcher_of(crio, "crio")->confidence == Confidence::sure);
}

TEST_CASE("chain: a container inside a container is two launchers") {
  const auto chain = family({shim(100, "moby", id_a),
                             {.pid = 110,
                              .ppid = 100,
                              .name = "dockerd",
                              .exe = "/usr/bin/dockerd",
                              .ns = inner_ns,
                              .cgroup = "/docker/" + id_a},
                             {.pid = 120,
                              .ppid = 110,
                              .name = "containerd-shim",
                              .exe = "/usr/bin/containerd-shim-runc-v2",
                              .argv = {"shim", "-namespace", "moby", "-id", id_b},
                              .ns = inner_ns,
                              .cgroup = "/docker/" + id_a},
                             {.pid = 130,
                              .ppid = 120,
                              .name = "app",
                              .exe = "/app",
                              .ns = "mnt=31 pid=32",
                              .cgroup = "/docker/" + id_a + "/docker/" + id_b}})
                         .chain({130});
  CHECK(words_of(chain) == "docker aaaaaaaaaaaa > docker bbbbbbbbbbbb");
}

TEST_CASE("chain: bubblewrap in bubblewrap is two launches, though each is two processes") {
  const std::vector<std::string> one{"bwrap", "--ro-bind", "/", "/", "bwrap"},
      two{"bwrap", "--ro-bind", "/", "/", "x"};
  const auto chain =
      family({{.pid = 100, .name = "bwrap", .exe = "/usr/bin/bwrap", .argv = one},
              {.pid = 101, .ppid = 100, .name = "bwrap", .exe = "/usr/bin/bwrap", .argv = one, .ns = "mnt=1"},
              {.pid = 102, .ppid = 101, .name = "bwrap", .exe = "/usr/bin/bwrap", .argv = two, .ns = "mnt=1"},
              {.pid = 103, .ppid = 102, .name = "bwrap", .exe = "/usr/bin/bwrap", .argv = two, .ns = "mnt=2"},
              {.pid = 104, .ppid = 103, .name = "x", .exe = "/x", .ns = "mnt=2"}})
          .chain({104});
  CHECK(words_of(chain) == "bwrap > bwrap");
}

TEST_CASE("chain: a planted marker file is a hint with what is against it, and not in the words") {
  const Family plain = family({{.pid = 100, .name = "x", .exe = "/usr/bin/x", .uid = 1000}});
  const auto docker = plain.chain({100}, markers({"/.dockerenv"}));
  CHECK(words_of(docker).empty());
  REQUIRE(launcher_of(docker, "docker"));
  CHECK(launcher_of(docker, "docker")->confidence == Confidence::hint);
  CHECK(launcher_of(docker, "docker")->against.size() == 2); // it shares the host's mounts and processes

  LauncherSight sight = markers({"/run/.containerenv", "/.flatpak-info"});
  sight.container_variable = "podman";
  CHECK(words_of(plain.chain({100}, sight)).empty());
}

TEST_CASE("chain: a marker that another engine's container carries does not name the engine") {
  const auto chain = family({{.pid = 100,
                              .name = "conmon",
                              .exe = "/usr/bin/conmon",
                              .argv = {"conmon", "-c", id_a, "-n", "web", "--full-attach"}},
                             {.pid = 110,
                              .ppid = 100,
                              .name = "x",
                              .exe = "/x",
                              .ns = inner_ns,
                              .cgroup = "/machine.slice/libpod-" + id_a + ".scope"}})
                         .chain({110}, markers({"/.dockerenv", "/run/.containerenv"}));
  CHECK(words_of(chain) == "podman aaaaaaaaaaaa");
  REQUIRE(launcher_of(chain, "docker"));
  CHECK(launcher_of(chain, "docker")->against == std::vector<std::string>{"Podman started it"});
  CHECK(has_evidence(*launcher_of(chain, "podman"), EvidenceKind::marker));
}

TEST_CASE("chain: a process that is only called conmon is named as such") {
  const auto chain = family({{.pid = 100,
                              .name = "conmon",
                              .exe = "/home/u/evil",
                              .argv = {"conmon", "-n", "x", "-c", id_a},
                              .uid = 1000},
                             {.pid = 110, .ppid = 100, .name = "x", .exe = "/home/u/x", .uid = 1000}})
                         .chain({110});
  CHECK(words_of(chain).empty());
  REQUIRE(launcher_of(chain, "podman-rootless"));
  CHECK(launcher_of(chain, "podman-rootless")->confidence == Confidence::hint);
  CHECK(launcher_of(chain, "podman-rootless")->against.front() ==
        "process 100 is called conmon, but it executes /home/u/evil");
}

TEST_CASE("chain: words like a shim's, of a file that the user wrote, never make it sure") {
  const auto chain =
      family({{.pid = 100,
               .name = "containerd-shim",
               .exe = "/home/u/containerd-shim-runc-v2",
               .argv = {"x", "-namespace", "moby", "-id", id_a},
               .uid = 1000},
              {.pid = 110,
               .ppid = 100,
               .name = "x",
               .exe = "/home/u/x",
               .uid = 1000,
               .cgroup = "/user.slice/user-1000.slice/user@1000.service/docker-" + id_a + ".scope"}})
          .chain({110});
  const Launcher* docker = launcher_of(chain, "docker");
  REQUIRE(docker);
  words_of(chain);
  CHECK(docker->confidence == Confidence::hint); // it shares the host's namespaces
  CHECK(words_of(chain) == "(perhaps systemd user@1000.service)");
}

TEST_CASE("chain: a copy of a launcher in namespaces of the user's own is not the host's file") {
  const auto chain =
      family({{.pid = 100,
               .name = "bwrap",
               .exe = "/usr/bin/bwrap",
               .argv = {"bwrap", "--dev", "/dev"},
               .uid = 1000,
               .ns = "user=9 mnt=8"},
              {.pid = 110, .ppid = 100, .name = "x", .exe = "/x", .uid = 1000, .ns = "user=9 mnt=7"}})
          .chain({110});
  words_of(chain);
  CHECK(launcher_of(chain, "bwrap")->confidence == Confidence::likely);
}

TEST_CASE("chain: a control group of the host is firm, but not for who could have moved there") {
  const std::string cgroup = "/docker/" + id_a;
  const auto contained =
      family({{.pid = 110, .name = "x", .exe = "/x", .ns = inner_ns, .cgroup = cgroup}}).chain({110});
  words_of(contained);
  CHECK(launcher_of(contained, "docker")->confidence == Confidence::sure);
  CHECK(launcher_of(contained, "docker")->pid == 0);
  const auto root = family({{.pid = 110, .name = "x", .exe = "/x", .cgroup = cgroup}}).chain({110});
  words_of(root);
  CHECK(launcher_of(root, "docker")->confidence == Confidence::hint);
  CHECK(launcher_of(root, "docker")->evidence.front().forgeable);
}

TEST_CASE("chain: groups that name another container than the shim are a conflict") {
  const auto chain =
      family(
          {shim(100, "moby", id_a),
           {.pid = 110, .ppid = 100, .name = "x", .exe = "/x", .ns = inner_ns, .cgroup = "/docker/" + id_b}})
          .chain({110});
  words_of(chain);
  REQUIRE(launcher_of(chain, "docker"));
  CHECK(launcher_of(chain, "docker")->against ==
        std::vector<std::string>{"its control group is that of docker bbbbbbbbbbbb"});
}

TEST_CASE("chain: namespaces that nobody explains are a hint, and stand behind") {
  const auto chain =
      family({{.pid = 100, .name = "bash", .exe = "/bin/bash", .uid = 1000},
              {.pid = 110, .ppid = 100, .name = "x", .exe = "/x", .uid = 1000, .ns = "user=9 net=8"}})
          .chain({110});
  CHECK(words_of(chain) == "(perhaps unshare)");
  CHECK(chain_words(chain, "x") == "x (perhaps unshare)");
}

TEST_CASE("chain: what a gap hides is no evidence, and no conflict") {
  const auto chain = family({{.pid = 100, .name = "bwrap", .exe = "!EACCES", .argv = {}, .uid = 1000},
                             {.pid = 110, .ppid = 100, .name = "x", .exe = "!EACCES", .uid = 1000}})
                         .chain({110});
  words_of(chain);
  REQUIRE(launcher_of(chain, "bwrap"));
  CHECK(launcher_of(chain, "bwrap")->evidence.size() == 1);
  CHECK(family({}).chain({4711}).empty());
  CHECK(family({}).chain({}).empty());
}

TEST_CASE("chain: monitors of virtual machines, by file, words, threads and descriptors") {
  const auto firecracker = family({{.pid = 100,
                                    .name = "firecracker",
                                    .exe = "/usr/bin/firecracker",
                                    .argv = {"firecracker", "--api-sock", "/x", "--id", "vm1"},
                                    .kvm = "vm=1 vcpu=2 seen=30"}})
                               .chain({100});
  CHECK(words_of(firecracker) == "firecracker vm1");
  CHECK(has_evidence(firecracker.front(), EvidenceKind::descriptors));
  const auto unknown =
      family({{.pid = 100, .name = "vmm9", .exe = "/home/u/vmm9", .kvm = "vm=1 vcpu=1 seen=9"}}).chain({100});
  CHECK(words_of(unknown) == "(perhaps kvm)");
  const auto qemu = family({{.pid = 100,
                             .name = "qemu-system-x86",
                             .exe = "/usr/bin/qemu-system-x86_64",
                             .argv = {"qemu-system-x86_64", "-name", "guest=web", "-machine", "q35"},
                             .cgroup = "/machine.slice/machine-qemu-1-web.scope",
                             .kvm = "vm=1 vcpu=1 seen=9"}})
                        .chain({100});
  CHECK(words_of(qemu) == "qemu guest=web");
}

TEST_CASE("chain: the marks of each agent's sandbox, of three generations of OpenShell") {
  const auto below_podman = [](const Kin& kin, const LauncherSight& sight = {}) {
    Kin child = kin;
    child.pid = 110;
    child.ppid = 100;
    child.ns = inner_ns;
    child.cgroup = "/machine.slice/libpod-" + id_a + ".scope";
    return family(
               {{.pid = 100,
                 .name = "conmon",
                 .exe = "/usr/bin/conmon",
                 .argv = {"conmon", "-c", id_a, "-n", kin.more.empty() ? "web" : kin.more, "--full-attach"}},
                [&] {
                  child.more = "";
                  return child;
                }()})
        .chain({110}, sight);
  };
  const auto b = below_podman({.name = "openshell-sandb",
                               .exe = "/opt/openshell/bin/openshell-sandbox",
                               .argv = {"openshell-sandbox", "--bootstrap", "/run/x"}});
  CHECK(words_of(b) == "podman aaaaaaaaaaaa > openshell-b");
  CHECK(launcher_of(b, "openshell-b")->name == "OpenShell after RFC 0012, driver podman");
  const auto c = below_podman({.name = "ryno-sandbox",
                               .exe = "/opt/ryno/bin/ryno-sandbox",
                               .argv = {"ryno-sandbox", "--bootstrap", "/run/x"}});
  CHECK(words_of(c) == "podman aaaaaaaaaaaa > openshell-c");

  LauncherSight paude;
  paude.container_labels = std::map<std::string, std::string>{{"app", "paude"}};
  CHECK(words_of(below_podman({.name = "claude", .exe = "/usr/bin/claude", .more = "paude-web"}, paude)) ==
        "podman aaaaaaaaaaaa > paude");
  LauncherSight alcove;
  alcove.container_name = "skiff-1";
  const auto skiff = below_podman({.name = "claude", .exe = "/usr/bin/claude", .more = "skiff-1"}, alcove);
  CHECK(words_of(skiff) == "podman aaaaaaaaaaaa > alcove");
}

TEST_CASE("chain: snap and Flatpak by their groups, labels and variables") {
  const std::string user = "/user.slice/user-1000.slice/user@1000.service/app.slice/";
  LauncherSight snap;
  snap.lsm_label = "snap.firefox.firefox (enforce)";
  snap.variables = std::vector<std::string>{"HOME", "SNAP_NAME"};
  const auto firefox =
      family({{.pid = 100,
               .name = "firefox",
               .exe = "/snap/firefox/1/firefox",
               .uid = 1000,
               .ns = "mnt=5",
               .cgroup = user + "snap.firefox.firefox-1b2c3d4e-0123-4567-89ab-cdef01234567.scope"}})
          .chain({100}, snap);
  CHECK(words_of(firefox).find("snap firefox.firefox") != std::string::npos);
  CHECK(launcher_of(firefox, "snap")->confidence == Confidence::likely);
  LauncherSight flatpak = markers({"/.flatpak-info"});
  flatpak.container_variable = "flatpak";
  const auto app = family({{.pid = 100,
                            .name = "bwrap",
                            .exe = "/usr/bin/bwrap",
                            .argv = {"bwrap", "--args", "41"},
                            .uid = 1000},
                           {.pid = 110,
                            .ppid = 100,
                            .name = "app",
                            .exe = "/app/bin/app",
                            .uid = 1000,
                            .ns = "mnt=5 pid=6",
                            .cgroup = user + "app-flatpak-org.example.App-77.scope"}})
                       .chain({110}, flatpak);
  CHECK(words_of(app).find("flatpak org.example.App") != std::string::npos);
}

TEST_CASE("chain: hostile names and words are escaped in all that is said") {
  const auto chain = family({{.pid = 100,
                              .name = "x",
                              .exe = "/usr/bin/bwrap",
                              .argv = {"bwrap", "--unshare-\x1b[2J\n> docker"}},
                             {.pid = 110,
                              .ppid = 100,
                              .name = "x",
                              .exe = "/x",
                              .ns = "mnt=5",
                              .cgroup = "/lxc.payload.a\x1b]0;b"}})
                         .chain({110});
  std::string all = chain_words(chain, "a\x1b[1m");
  for (const Launcher& it : chain) {
    for (const LauncherEvidence& e : it.evidence)
      all += e.words;
    for (const std::string& e : it.against)
      all += e;
  }
  CHECK(all.find('\x1b') == std::string::npos);
  CHECK(all.find('\n') == std::string::npos);
}

TEST_CASE("chain: asks for the commands of ancestors, members and what runs beside them, and for few") {
  std::vector<Kin> kin{{.pid = 100, .name = "node", .exe = "/usr/bin/node"},
                       {.pid = 101, .ppid = 100, .name = "socat", .exe = "/usr/bin/socat"},
                       {.pid = 102, .ppid = 100, .name = "x", .exe = "/x"},
                       {.pid = 103, .ppid = 1, .name = "other", .exe = "/other"}};
  auto parsed = parse_processes(family(kin).processes);
  REQUIRE(parsed);
  const ProcessTable table(std::move(*parsed));
  CHECK(wanted_commands(table, {102}) == std::vector<std::string>{"1", "100", "101", "102"});
  for (std::int64_t pid = 1000; pid < 2000; ++pid)
    kin.push_back({.pid = pid, .ppid = pid % 2 ? 100 : 102, .name = "y", .exe = "/y"});
  auto many = parse_processes(family(kin).processes);
  REQUIRE(many);
  const ProcessTable large(std::move(*many));
  std::vector<std::int64_t> members{102};
  for (std::int64_t pid = 1000; pid < 2000; pid += 2)
    members.push_back(pid);
  CHECK(wanted_commands(large, members).size() <= 192);
}
