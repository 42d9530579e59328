#include "probes/vm.h"

#include "fake_kernel.h"
#include "probes/registry.h"
#include "rules/vmm_names.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace sbx;

namespace {

std::string fd(int number, const std::string& link, const std::string& mode = "0600",
               const std::string& rdev = "0:0", const std::string& more = "") {
  return "fd " + std::to_string(number) + " link=:" + link + " flags=02 mnt=15 mode=" + mode +
         " dev=0:15 ino=9 rdev=" + rdev + more + "\n";
}

std::string anon(int number, const std::string& name) { return fd(number, "anon_inode:" + name); }

std::string fds(const std::string& lines, const std::string& listed = "all") {
  return "known nsfs=0:4 memfd=0:1\ntable 100\n" + lines + "listed " + listed + " own=0\nend settled\n";
}

const std::string machine = anon(8, "kvm-vm") + anon(9, "kvm-vcpu:0") + anon(10, "kvm-vcpu:1");

std::string stat(const std::string& comm, int ticks) {
  return "100 (" + comm +
         ") S 1 1 1 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 3 0 297128 3133440 408 1 2 3 4 0 0 0 0 0 0 0 0 0 17 0 "
         "0 0 "
         "0 " +
         std::to_string(ticks) + " 0 1 2 3 4 5 6 7 0\n";
}

const std::string without_caps =
    "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
    "CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n";
const std::string plain_status = without_caps + "NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n";

FakeKernel holding(const std::string& text) {
  FakeKernel kernel;
  kernel.answer(source::target_fds, text);
  return kernel;
}

Finding of(FakeKernel kernel) {
  Witness witness(kernel);
  return vm(witness);
}

Finding of(const std::string& text) { return of(holding(text)); }

std::vector<std::string> warned(const Finding& finding) {
  std::vector<std::string> ids;
  for (const Claims& warning : finding.claims().at("warnings"))
    ids.push_back(warning.at("severity").get<std::string>() + " " + warning.at("id").get<std::string>());
  return ids;
}

bool has(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

} // namespace

TEST_CASE(
    "vm: a machine and virtual CPUs of one table are a monitor, and the row says whom the others are about") {
  const Finding finding = of(fds(fd(3, "/dev/kvm", "020666", "10:232") + machine));
  CHECK(finding.state() == State::enforced);
  CHECK(finding.sources() == std::vector<std::string>{"target/fds"});
  CHECK(finding.claims()["virtual_machines"] == 1);
  CHECK(finding.claims()["virtual_cpus"] == 2);
  CHECK(finding.claims()["kvm_device"] == true);
  CHECK(finding.claims()["guest"]["layers"] == "unknown");
  CHECK(finding.summary().find("all other rows are about the monitor, not the guest") != std::string::npos);
  CHECK(finding.remedy()->find("inside the guest") != std::string::npos);
}

TEST_CASE("vm: a virtual CPU that is held twice is counted once, of several machines each is") {
  CHECK(of(fds(machine + anon(11, "kvm-vcpu:1"))).claims()["virtual_cpus"] == 2);
  CHECK(of(fds(anon(7, "kvm-vm") + machine + anon(11, "kvm-vcpu:1"))).claims()["virtual_cpus"] == 3);
  CHECK(of(fds(anon(7, "kvm-vm") + anon(8, "kvm-vcpu") + anon(9, "kvm-vcpu"))).claims()["virtual_cpus"] == 2);
}

TEST_CASE("vm: a machine without a virtual CPU, or in two tables, is partial") {
  CHECK(of(fds(anon(8, "kvm-vm"))).state() == State::partial);
  CHECK(of(fds(anon(8, "kvm-vcpu:0"))).state() == State::partial);
  CHECK(of("known nsfs=0:4 memfd=0:1\ntable 100\n" + anon(8, "kvm-vm") + "listed all own=0\ntable 101\n" +
           anon(8, "kvm-vcpu:0") + "listed all own=0\nend settled\n")
            .state() == State::partial);
}

TEST_CASE("vm: what holds no machine is no monitor, and that is no absence") {
  const Finding finding = of(fds(fd(0, "/dev/null", "020666", "1:3")));
  CHECK(finding.state() == State::not_applicable);
  CHECK_FALSE(finding.gap());
  CHECK(finding.claims()["virtual_machines"] == 0);
  CHECK(finding.claims()["kvm_device"] == false);
  CHECK(finding.claims()["guest"].is_null());
  CHECK(finding.claims()["monitor"].is_null());
  CHECK(warned(finding).empty());
  CHECK(of(fds(fd(3, "/dev/kvm", "020666", "10:232"))).summary().find("/dev/kvm") != std::string::npos);
}

TEST_CASE("vm: names prove nothing: files, memfds, directories and O_PATH called like a machine") {
  const std::string posing =
      fd(3, "/anon_inode:kvm-vm", "0100644") + fd(4, "/anon_inode:kvm-vcpu:0", "0100644") +
      "fd 5 link=:/memfd:kvm-vm\\x20(deleted) flags=02 mnt=1 mode=0100777 dev=0:1 ino=3 rdev=0:0\n"
      "fd 6 link=:anon_inode:kvm-vm flags=010000002 mnt=1 mode=0600 dev=0:15 ino=3 rdev=0:0\n" +
      fd(7, "/dev/kvm", "020666", "1:3");
  FakeKernel kernel = holding(fds(posing));
  kernel.answer(source::target_stat, stat("qemu-system-x86", 0));
  const Finding finding = of(kernel);
  CHECK(finding.state() == State::not_applicable);
  CHECK(finding.claims()["kvm_device"] == false);
  CHECK(finding.claims()["monitor_hint"] == "QEMU, by its name qemu-system-x86");
  CHECK(finding.summary().find("no boundary of the kernel's is around it") != std::string::npos);
  kernel.answer(source::target_stat, stat("firecracker", 0));
  CHECK(of(kernel).summary().find("proves nothing") != std::string::npos);
}

TEST_CASE("vm: what was not seen is unknown, never not_applicable; what was seen stays") {
  FakeKernel kernel;
  kernel.fail(source::target_fds, EACCES);
  CHECK(of(kernel).state() == State::unknown);
  CHECK(of(kernel).gap()->kind == GapKind::denied);
  CHECK(of(kernel).claims()["virtual_machines"].is_null());
  CHECK(of(FakeKernel()).gap()->kind == GapKind::not_attempted);
  const Finding some = of(fds("fd 5 link=!EACCES flags=!EACCES mnt=!EACCES mode=!EACCES\n", "cut"));
  CHECK(some.state() == State::unknown);
  CHECK(some.claims()["virtual_machines"].is_null());
  CHECK(some.claims()["kvm_device"].is_null());
  CHECK(of(fds(anon(8, "kvm-vm"), "cut")).state() == State::unknown);
  CHECK(of(fds(machine, "cut")).state() == State::enforced);
  CHECK(of(fds(machine, "cut")).claims()["shared_directories"].is_null());
  CHECK(of("nonsense\n").gap()->kind == GapKind::malformed);
}

TEST_CASE(
    "vm: what crosses the boundary is claimed and warned about, each by its number or the kernel's name") {
  const Finding finding = of(fds(
      machine + fd(20, "/srv/share", "040755") + fd(21, "/dev/vhost-vsock", "020600", "10:241") +
      fd(22, "/dev/net/tun", "020666", "10:200", " tap=:tap\\x1b0") + fd(23, "/dev/vda", "060660", "254:0") +
      anon(24, "[vfio-device]") + anon(25, "[userfaultfd]") + fd(26, "/x", "020600", "10:238") +
      fd(27, "/dev/vhost-vdpa-0", "020600", "511:0") + fd(28, "/dev/null", "020666", "1:3")));
  const Claims& claims = finding.claims();
  REQUIRE(claims["shared_directories"].size() == 1);
  CHECK(claims["shared_directories"][0]["name"] == "/srv/share");
  std::vector<std::string> kinds;
  for (const Claims& device : claims["devices"])
    kinds.push_back(device["kind"]);
  CHECK(kinds ==
        std::vector<std::string>{"vsock", "tap", "disk", "vfio", "userfaultfd", "vhost_net", "vhost"});
  CHECK(claims["devices"][1]["name"] == "tap\\x1b0");
  const auto ids = warned(finding);
  for (const char* id : {"medium vm.shared_directory", "low vm.vsock", "medium vm.tap", "low vm.disk",
                         "medium vm.vfio", "info vm.userfaultfd", "low vm.vhost"})
    CHECK(has(ids, id));
}

TEST_CASE("vm: processes that serve a guest are told by their names, as hints") {
  FakeKernel kernel = holding(fds(machine));
  kernel.answer(source::target_net_held_sockets,
                "netns 4026531833 cookie=1 tid=100\ntable 100\n"
                "socket 12 inode=77 domain=1 type=1 protocol=0 listening=0 cookie=1 netns=4026531833 local=- "
                "peer=:/run/fs\\x1b.sock peer_pid=812 peer_uid=0 peer_comm=:virtiofsd peer_net=4026531833 "
                "peer_mnt=4026531832\n"
                "socket 13 inode=78 domain=1 type=1 protocol=0 listening=0 cookie=2 netns=4026531833 local=- "
                "peer=- peer_pid=813 peer_uid=0 peer_comm=:bash peer_net=4026531833 peer_mnt=4026531832\n"
                "listed all\nend settled\n");
  const Finding finding = of(kernel);
  CHECK(finding.claims()["backends"] == Claims{{{"fd", 12},
                                                {"kind", "files"},
                                                {"comm", "virtiofsd"},
                                                {"pid", 812},
                                                {"path", "/run/fs\\x1b.sock"}}});
  CHECK(has(warned(finding), "medium vm.shared_directory"));
  CHECK(of(fds(machine)).claims()["backends"].is_null()); // its sockets were not seen
}

TEST_CASE("vm: a monitor that nothing confines is warned about; what was not seen weakens the warning only") {
  FakeKernel kernel = holding(fds(machine));
  kernel.answer(source::target_tasks_status, tasks_text({plain_status}))
      .answer(source::self_status, "Seccomp:\t0\n");
  CHECK(has(warned(of(kernel)), "medium vm.monitor_unconfined"));
  CHECK(of(kernel).claims()["monitor"]["seccomp"] == "absent");
  CHECK(of(kernel).claims()["monitor"]["landlock"] == "unknown");
  kernel.answer(source::target_tasks_status, tasks_text({without_caps + "Seccomp:\t1\n"}));
  CHECK(of(kernel).claims()["monitor"]["seccomp"] == "enforced");
  CHECK_FALSE(has(warned(of(kernel)), "medium vm.monitor_unconfined"));
  CHECK(of(kernel).state() == State::enforced); // the boundary is the same
}

TEST_CASE("vm: time that virtual CPUs ran is claimed, and none of it is a warning, not a state") {
  FakeKernel kernel = holding(fds(machine));
  kernel.answer(source::target_stat, stat("fc_vcpu 0", 0));
  CHECK(of(kernel).claims()["guest_ticks"] == 0);
  CHECK(has(warned(of(kernel)), "info vm.not_seen_running"));
  kernel.answer(source::target_stat, stat("firecracker", 4711));
  CHECK(of(kernel).claims()["guest_ticks"] == 4711);
  CHECK_FALSE(has(warned(of(kernel)), "info vm.not_seen_running"));
  CHECK(of(fds(machine)).claims()["guest_ticks"].is_null());
}

TEST_CASE("vm: a hostile name is escaped wherever it is shown") {
  FakeKernel kernel = holding(fds(machine + fd(20, "/a\\x1b[2J", "040755")));
  kernel.answer(source::target_stat, stat("qemu-system-\x1b[2J", 1));
  const std::string text = of(kernel).summary() + of(kernel).claims().dump();
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE(
    "vm: its executable goes before its name, and its options are claims without what may be a secret") {
  FakeKernel kernel = holding(fds(machine));
  kernel
      .answer(source::target_identity,
              "vantage observer\npid 100\nstart_ticks 1\nboot_id b\nexe 1:2:3\nexited 0\n")
      .answer(source::target_stat, stat("worker", 1))
      .answer(source::host_commands,
              "100 exe=:/usr/bin/qemu-system-x86_64 argv=:qemu-system-x86_64,:-sandbox,:on,:-fsdev,:...\n");
  const Finding finding = of(kernel);
  CHECK(finding.claims()["monitor_hint"] == "QEMU, by its executable qemu-system-x86_64");
  CHECK(finding.claims()["arguments"] ==
        Claims{{{"kind", "confinement"}, {"option", "-sandbox"}, {"value", "on"}},
               {{"kind", "directory"}, {"option", "-fsdev"}, {"value", nullptr}}});
  kernel.answer(source::target_stat, stat("firecracker", 1))
      .answer(source::host_commands, "100 exe=:/usr/bin/python3 argv=!EACCES\n");
  CHECK(of(kernel).claims()["monitor_hint"] ==
        "Firecracker, by its name firecracker, though it executes python3");
  CHECK(of(kernel).claims()["arguments"].is_null());
  CHECK(of(kernel).state() == State::enforced);
}

TEST_CASE("vmm_names: whole names and those that the kernel cut, and nothing that only holds one") {
  REQUIRE(vmm_program("qemu-system-x86"));
  CHECK(vmm_program("qemu-system-x86")->name == "QEMU");
  CHECK(vmm_program("libkrun VM")->name == "libkrun");
  CHECK(vmm_program("cloud-hyperviso")->name == "Cloud Hypervisor");
  CHECK(vmm_program("containerd-shim")->name == "Dragonball (Kata)");
  CHECK_FALSE(vmm_program(""));
  CHECK_FALSE(vmm_program("bash"));
  CHECK_FALSE(vmm_program("my-firecracker"));
  CHECK_FALSE(vm_backend(""));
  CHECK(vm_backend("vhost-device-so")->kind == "device");
}
