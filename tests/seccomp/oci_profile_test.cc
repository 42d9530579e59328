#include "seccomp/oci_profile.h"

#include <catch2/catch.hpp>
#include <string>

using sbx::ActionKind;
using sbx::OciComparison;
using sbx::OciDialect;
using sbx::parse_oci_profile;

namespace {

std::string fault(const std::string& text) {
  const auto profile = parse_oci_profile(text);
  REQUIRE_FALSE(profile);
  return profile.error().text;
}
std::string fault_in_rule(const std::string& rule) {
  return fault(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"name": "x", "action": "SCMP_ACT_LOG"}, )" + rule +
      "]}");
}

} // namespace

TEST_CASE("oci_profile: Docker's form, with its conditions") {
  const auto profile = parse_oci_profile(R"({
    "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
    "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}],
    "syscalls": [
      {"names": ["clone", "unshare"], "action": "SCMP_ACT_ALLOW", "comment": "any",
       "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}],
       "includes": {"arches": ["amd64"], "minKernel": "4.8"},
       "excludes": {"caps": ["CAP_SYS_ADMIN", "CAP_OF_TOMORROW"]}},
      {"name": "bpf", "names": null, "action": "SCMP_ACT_ERRNO", "errno": "ENOSYS", "errnoRet": 1, "args": null}]})");
  REQUIRE(profile);
  CHECK(profile->default_action == sbx::SeccompAction{ActionKind::fails, 38});
  REQUIRE(profile->arch_map.size() == 2);
  CHECK(profile->arch_map[0].others == std::vector<std::string>{"SCMP_ARCH_X86"});
  REQUIRE(profile->rules.size() == 2);
  const sbx::OciRule& rule = profile->rules[0];
  CHECK(rule.names == std::vector<std::string>{"clone", "unshare"});
  CHECK(rule.action == sbx::SeccompAction{ActionKind::allow});
  REQUIRE(rule.arguments.size() == 1);
  CHECK(rule.arguments[0].op == OciComparison::masked_equal);
  CHECK(rule.arguments[0].value == 2114060288);
  CHECK(rule.includes.minimum == sbx::KernelVersion{4, 8});
  CHECK(rule.includes.arches == std::vector<std::string>{"amd64"});
  CHECK(rule.excludes.capabilities == std::uint64_t{1} << 21);
  CHECK(rule.excludes.other_capability);
  CHECK(profile->rules[1].names == std::vector<std::string>{"bpf"});
  CHECK(profile->rules[1].action == sbx::SeccompAction{ActionKind::fails, 38});
}

TEST_CASE("oci_profile: the runtime specification's form, alone and in a config.json") {
  const std::string seccomp = R"({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"],
    "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/x.sock",
    "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_NOTIFY"}, {"names": ["kill"], "action": "SCMP_ACT_KILL"},
                 {"names": ["bpf"], "action": "SCMP_ACT_ERRNO"}, {"names": ["bpf"], "action": "SCMP_ACT_TRACE"}]})";
  for (const std::string& text : {seccomp, R"({"linux": {"seccomp": )" + seccomp + "}}"}) {
    const auto profile = parse_oci_profile(text);
    REQUIRE(profile);
    CHECK(profile->arches == std::vector<std::string>{"SCMP_ARCH_X86"});
    REQUIRE(profile->rules.size() == 4);
    CHECK(profile->rules[0].action.kind == ActionKind::notify);
    CHECK(profile->rules[1].action.kind == ActionKind::kill_thread);
    CHECK(profile->rules[2].action == sbx::SeccompAction{ActionKind::fails, 1});
    CHECK(profile->rules[3].action == sbx::SeccompAction{ActionKind::trace, 1});
  }
}

TEST_CASE("oci_profile: what is wrong is told with its place") {
  CHECK(fault("") == "it is not JSON");
  CHECK(fault("[1]") == "the profile: not an object");
  CHECK(fault("{}") == "defaultAction: missing");
  CHECK(fault(R"({"linux": {}})") == "linux.seccomp: missing: this container has no seccomp filter");
  CHECK(fault(R"({"defaultAction": "ALLOW"})") == "defaultAction: no action is called \"ALLOW\"");
  CHECK(fault(R"({"defaultAction": 7})") == "defaultAction: not a string");
  CHECK(fault(R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": -1})") ==
        "defaultErrnoRet: not a whole number from 0 on");
  CHECK(fault(R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "EWHAT"})") ==
        "defaultErrno: no errno of that name");
  CHECK(fault(R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": {}})") == "syscalls: not a list");
  CHECK(fault(R"({"defaultAction": "SCMP_ACT_LOG", "archMap": [{}], "architectures": ["SCMP_ARCH_X86"]})") ==
        "the profile: has both \"architectures\" and \"archMap\"");
  CHECK(fault_in_rule("1") == "syscalls[1]: not an object");
  CHECK(fault_in_rule(R"({"name": "y"})") == "syscalls[1].action: missing");
  CHECK(fault_in_rule(R"({"name": "y", "names": ["z"], "action": "SCMP_ACT_LOG"})") ==
        "syscalls[1]: has both \"name\" and \"names\"");
  CHECK(fault_in_rule(R"({"names": [1], "action": "SCMP_ACT_LOG"})") == "syscalls[1].names[0]: not a string");
  CHECK(fault_in_rule(R"({"name": "y", "action": "SCMP_ACT_LOG", "args": [{"index": 6}]})") ==
        "syscalls[1].args[0].index: a system call has the arguments 0 to 5");
  CHECK(fault_in_rule(R"({"name": "y", "action": "SCMP_ACT_LOG", "args": [{"index": 1, "op": "EQ"}]})") ==
        "syscalls[1].args[0].op: not one of SCMP_CMP_NE, LT, LE, EQ, GE, GT, MASKED_EQ");
  CHECK(fault_in_rule(R"({"name": "y", "action": "SCMP_ACT_LOG", "includes": {"minKernel": "5"}})") ==
        "syscalls[1].includes.minKernel: not a kernel version such as 4.8");
}

TEST_CASE("oci_profile: hostile files are bounded") {
  CHECK(fault(std::string((1 << 20) + 1, ' ')) == "it has more than a MiB");
  CHECK(fault(std::string(5000, '[')) == "its JSON is nested too deep");
  CHECK(fault(std::string(50, '[') + std::string(50, ']')) == "its JSON is nested too deep");
}

TEST_CASE("oci_profile: what only our own references say is nothing in anybody else's file") {
  const std::string text = R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
    {"name": "socket", "action": "SCMP_ACT_ALLOW", "otherwise": {"action": "SCMP_ACT_ERRNO", "errnoRet": 97},
     "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ", "bits": 32}]}]})";
  const auto theirs = parse_oci_profile(text);
  REQUIRE(theirs);
  CHECK_FALSE(theirs->rules[0].otherwise);
  CHECK_FALSE(theirs->rules[0].arguments[0].low_half);
  const auto ours = parse_oci_profile(text, OciDialect::references);
  REQUIRE(ours);
  CHECK(ours->rules[0].otherwise == sbx::SeccompAction{ActionKind::fails, 97});
  CHECK(ours->rules[0].arguments[0].low_half);
}
