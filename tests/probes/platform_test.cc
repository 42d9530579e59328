#include "probes/platform.h"

#include "fake_kernel.h"
#include "rules/landlock_abi.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

nlohmann::json of(FakeKernel& kernel) {
  Witness witness(kernel);
  return platform(witness);
}

} // namespace

TEST_CASE("platform: what was seen is told, what was not is null with a gap") {
  FakeKernel kernel;
  kernel.answer(source::host_osrelease, "6.12.72-linuxkit\n").answer(source::host_machine, "aarch64");
  kernel.answer(source::self_landlock, "abi 6\nerrata 7\ndepth 0\n").fail(source::host_lsm, ENOENT);
  const auto told = of(kernel);
  CHECK(told["kernel_release"] == "6.12.72-linuxkit");
  CHECK(told["architecture"] == "aarch64");
  CHECK(told["landlock"] ==
        nlohmann::json{{"abi", 6},
                       {"errata", 7},
                       {"open_errata", {"4: " + std::string(landlock_errata()[3].meaning)}},
                       {"answer", "ABI 6"}});
  CHECK(told["lsm"].is_null());
  CHECK(told["lockdown"].is_null());
  CHECK(told["gaps"].size() == 3); // version, lsm, lockdown
  CHECK(told["hints"][0]["id"] == "linuxkit");
  CHECK(told["hints"][0]["confidence"] == "hint");
  CHECK(told["notes"][0]["id"] == "linuxkit_version");
  CHECK(told["conflicts"].empty());
  CHECK(told["hints"][0]["evidence"] == "release 6.12.72-linuxkit");
}

TEST_CASE("platform: the CPU's word makes a virtual machine, its silence none, no question an unknown") {
  FakeKernel kernel;
  CHECK(of(kernel)["virtual_machine"]["state"] == "unknown");
  kernel.answer(source::host_cpuid, "hypervisor 0\n");
  CHECK(of(kernel)["virtual_machine"]["state"] == "no");
  kernel.answer(source::host_cpuid, "hypervisor 1\nvendor KVMKVMKVM\n");
  CHECK(of(kernel)["virtual_machine"]["state"] == "yes");
  CHECK(of(kernel)["virtual_machine"]["evidence"][0] == "the CPU announces the hypervisor KVMKVMKVM");
}

TEST_CASE("platform: a marker file is a container hint and says nothing of a virtual machine") {
  FakeKernel kernel;
  kernel.answer(source::host_cpuid, "hypervisor 0\n")
      .answer(source::host_markers, "/.dockerenv present\n/x !ENOENT\n");
  const auto told = of(kernel);
  CHECK(told["hints"][0]["kind"] == "container");
  CHECK(told["virtual_machine"]["state"] == "no");
}

TEST_CASE("platform: two kinds of evidence make a name likely, two strings of one kind do not") {
  FakeKernel kernel;
  kernel.answer(source::host_acpi, "FACP FIRECK\nDSDT FIRECK\n");
  CHECK(of(kernel)["hints"][0]["confidence"] == "hint");
  CHECK(of(kernel)["hints"][0]["also"].empty());
  kernel.answer(source::host_cmdline, "pci=off virtio_mmio.device=4K@0xd0000000:5 token=secret");
  CHECK(of(kernel)["hints"][0]["confidence"] == "likely");
  CHECK(of(kernel)["hints"][0]["also"] == nlohmann::json{"cmdline virtio_mmio.device="});
  CHECK(of(kernel).dump().find("secret") == std::string::npos);
}

TEST_CASE("platform: a marker in the machine's initial mount namespace is a conflict; not seen, it is none") {
  const std::string initial = " user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833 ipc=4026531839 "
                              "uts=4026531838 cgroup=4026531835 time=4026531834 pid_for_children=4026531836 "
                              "time_for_children=4026531834\n";
  FakeKernel kernel;
  kernel.answer(source::host_markers, "/.dockerenv present\n");
  CHECK(of(kernel)["conflicts"].empty());
  kernel.answer(source::self_ns, "77" + initial);
  const auto told = of(kernel);
  REQUIRE(told["conflicts"].size() == 1);
  CHECK(told["conflicts"][0]["id"] == "marker_in_initial_namespaces");
  CHECK(told["conflicts"][0]["evidence"].size() == 2);
}

TEST_CASE("platform: mounts, os-release, our variables and the machine's name are looked at") {
  FakeKernel kernel;
  kernel.answer(source::target_mountinfo,
                "22 1 0:20 / / rw - overlay overlay rw\n"
                "23 22 0:21 /Users/alice /work rw - fakeowner /run/host_mark/Users rw\n");
  auto told = of(kernel);
  REQUIRE(told["hints"].size() == 1);
  CHECK(told["hints"][0]["id"] == "docker_desktop");
  CHECK(told["hints"][0]["evidence"] == "mount fakeowner");
  CHECK(told["notes"][0]["id"] == "fakeowner_rules");
  CHECK(told.dump().find("alice") == std::string::npos);
  FakeKernel other;
  other.answer(source::host_os_release, "id amzn\nversion_id 2023\nname Amazon Linux\n")
      .answer(source::self_environ_names, "name AWS_LAMBDA_FUNCTION_NAME\n")
      .answer(source::host_nodename, "name docker-desktop\n");
  told = of(other);
  std::vector<std::string> ids;
  for (const auto& hint : told["hints"])
    ids.push_back(hint["id"]);
  CHECK(ids == std::vector<std::string>{"docker_desktop", "al2023", "lambda"});
}

TEST_CASE("platform: hostile text in a cgroup name is escaped") {
  FakeKernel kernel;
  kernel.answer(source::target_cgroup, "0::/docker/\x1b[2J\n");
  CHECK(of(kernel)["hints"][0]["evidence"] == "cgroup 0::/docker/\\x1b[2J");
}

TEST_CASE("platform: lockdown is read from between the brackets") {
  FakeKernel kernel;
  kernel.answer(source::host_lockdown, "none [integrity] confidentiality\n");
  CHECK(of(kernel)["lockdown"] == "integrity");
  kernel.answer(source::host_lockdown, "none integrity\n");
  CHECK(of(kernel)["lockdown"].is_null());
}
