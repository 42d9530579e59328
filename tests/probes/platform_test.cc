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
  CHECK(told["landlock"] == nlohmann::json{{"abi", 6},
                                                 {"errata", 7},
                                                 {"open_errata", {"4: " + std::string(landlock_errata()[3].meaning)}},
                                                 {"answer", "ABI 6"}});
  CHECK(told["lsm"].is_null());
  CHECK(told["lockdown"].is_null());
  CHECK(told["gaps"].size() == 3); // version, lsm, lockdown
  CHECK(told["hints"][0]["id"] == "linuxkit");
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
  kernel.answer(source::host_cpuid, "hypervisor 0\n").answer(source::host_markers, "/.dockerenv present\n/x !ENOENT\n");
  const auto told = of(kernel);
  CHECK(told["hints"][0]["kind"] == "container");
  CHECK(told["virtual_machine"]["state"] == "no");
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
