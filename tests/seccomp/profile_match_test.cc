#include "rules/capability_names.h"
#include "seccomp/compiled_profile.h"
#include "seccomp/profile_match.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace sbx;
using enum SyscallAbi;

namespace {

constexpr std::uint64_t docker_capabilities = 0xa80425fb;
const std::vector<SyscallAbi> ways_in{x86_64, i386, x32};

PolicySubject with(std::uint64_t capabilities) { return {capabilities, ways_in, std::nullopt}; }

EffectiveTable compiled(const OciProfile& profile, std::uint64_t capabilities) {
  const auto program = compile_profile(profile, with(capabilities));
  REQUIRE(program);
  return table_of({*program}, ways_in);
}

ProfileMatch match(const OciProfile& profile, std::uint64_t capabilities) {
  return match_profile(compiled(profile, capabilities), {capabilities, std::nullopt});
}

OciRule allow(const std::string& name) { return {{name}, {ActionKind::allow}, {}, {}, {}, {}}; }

void take_out(OciProfile& profile, const std::string& name) {
  for (OciRule& rule : profile.rules)
    std::erase(rule.names, name);
}

using Names = std::vector<std::string>;

constexpr std::uint16_t ld = 0x20, jeq = 0x15, jgt = 0x25, jset = 0x45, ret = 0x06; // linux/filter.h
constexpr std::uint32_t errno_of(std::uint32_t error) { return 0x50000 | error; }
constexpr std::uint32_t allowed = 0x7fff0000;

// seccompiler's way: an arch check that kills, then call by call, arguments as 32 bits.
class DwordFilter {
public:
  DwordFilter() : program_{{ld, 0, 0, 4}, {jeq, 1, 0, 0xc000003e}, {ret, 0, 0, 0x80000000}} {}

  DwordFilter& refuse(const std::string& name, std::uint32_t error,
                      const std::vector<SeccompInstruction>& conditions = {}) {
    program_.push_back({ld, 0, 0, 0});
    const auto skipped = static_cast<std::uint8_t>(2 * conditions.size() + 1);
    program_.push_back({jeq, 0, skipped, *syscall_number(x86_64, name)});
    auto left = skipped;
    for (SeccompInstruction test : conditions) { // jf of a condition says where its word is
      program_.push_back({ld, 0, 0, 16U + 8U * test.jf});
      left = static_cast<std::uint8_t>(left - 2);
      test.jf = test.jt == 0 ? left : 0;
      test.jt = test.jt == 0 ? 0 : left;
      program_.push_back(test);
    }
    program_.push_back({ret, 0, 0, errno_of(error)});
    return *this;
  }
  SeccompProgram program() const {
    SeccompProgram whole = program_;
    whole.push_back({ret, 0, 0, allowed});
    return whole;
  }

private:
  SeccompProgram program_;
};
SeccompInstruction equals(std::uint8_t argument, std::uint32_t value) { return {jeq, 0, argument, value}; }
SeccompInstruction differs_from(std::uint8_t argument, std::uint32_t value) {
  return {jeq, 1, argument, value};
}
SeccompInstruction has_bit(std::uint8_t argument, std::uint32_t value) { return {jset, 0, argument, value}; }

SeccompProgram openshell_main(bool network_blocked) {
  DwordFilter filter;
  for (const char* name :
       {"memfd_create",   "ptrace",      "bpf",     "process_vm_readv", "process_vm_writev",
        "pidfd_open",     "pidfd_getfd", "mount",   "fsopen",           "pidfd_send_signal",
        "io_uring_setup", "fsconfig",    "fsmount", "fspick",           "setns",
        "move_mount",     "open_tree",   "umount2", "pivot_root",       "userfaultfd",
        "perf_event_open"})
    filter.refuse(name, 1);
  filter.refuse("execveat", 1, {has_bit(4, 0x1000)});
  filter.refuse("unshare", 1, {has_bit(0, 0x10000000)}).refuse("clone", 1, {has_bit(0, 0x10000000)});
  filter.refuse("seccomp", 1, {equals(0, 1)});
  filter.refuse("socket", 1, {equals(0, 16), differs_from(2, 0)});
  for (const std::uint32_t family : {17U, 31U, 40U})
    filter.refuse("socket", 1, {equals(0, family)});
  if (network_blocked)
    filter.refuse("socket", 1, {equals(0, 2)}).refuse("socket", 1, {equals(0, 10)});
  return filter.program();
}

} // namespace

TEST_CASE("profile_match: the references are named by what they mean") {
  struct Row {
    const char *file, *id, *version;
  };
  const auto row = GENERATE(
      Row{"moby/20.10.24", "docker-default", "20.10.24"}, Row{"moby/28.5.2", "docker-default", "28.5.2"},
      Row{"containers-common/0.50.1", "podman-default", "containers-common 0.50.1"},
      Row{"containerd/1.6.20", "containerd-default", "1.6.20"}, Row{"lxc/common", "lxc-common", "5.0 to 7.0"},
      Row{"flatpak/base", "flatpak", "1.14 to 1.16"});
  const auto capabilities =
      GENERATE(std::uint64_t{0}, docker_capabilities, all_capabilities(last_named_capability));
  CAPTURE(row.file, capabilities);
  const ProfileMatch found = match(load_profile(std::string(row.file) + ".json"), capabilities);
  CHECK(found.relation == ProfileRelation::equals);
  CHECK(found.id == row.id);
  CHECK(std::ranges::find(found.versions, row.version) != found.versions.end());
  // Docker's and containerd's newest say the same.
  CHECK(found.equal_ids.empty() != (std::string_view(row.file) == "moby/28.5.2"));
  CHECK(found.own_capabilities);
  CHECK(found.differences.empty());
}

TEST_CASE("profile_match: a profile that was changed by one call is named with that call, and nothing else") {
  OciProfile profile = load_profile("moby/26.1.5.json");
  SECTION("less") {
    take_out(profile, "ptrace");
    const ProfileMatch found = match(profile, docker_capabilities);
    CHECK(found.relation == ProfileRelation::differs);
    CHECK(found.id == "docker-default");
    CHECK(found.versions.front() == "26.1.5");
    CHECK(found.distance == 1);
    REQUIRE(found.differences.size() == 1);
    CHECK(found.differences[0].less == Names{"ptrace"});
    CHECK((found.differences[0].more.empty() && found.differences[0].other.empty()));
  }
  SECTION("more") {
    profile.rules.push_back(allow("keyctl"));
    const ProfileMatch found = match(profile, docker_capabilities);
    CHECK(found.relation == ProfileRelation::differs);
    REQUIRE(found.differences.size() == 1);
    CHECK(found.differences[0].more == Names{"keyctl"});
    CHECK((found.differences[0].less.empty() && found.differences[0].other.empty()));
  }
  SECTION("another condition") {
    take_out(profile, "personality");
    profile.rules.push_back(allow("personality"));
    const ProfileMatch found = match(profile, docker_capabilities);
    CHECK(found.relation == ProfileRelation::differs);
    REQUIRE(found.differences.size() == 1);
    CHECK(found.differences[0].other == Names{"personality"});
  }
  SECTION("one way in less") {
    profile.arch_map[0].others = {"SCMP_ARCH_X86"};
    const ProfileMatch found = match(profile, docker_capabilities);
    CHECK(found.relation == ProfileRelation::differs);
    CHECK(found.distance == 1);
    REQUIRE(found.differences.size() == 2);
    CHECK(found.differences[1].abi == x32);
    CHECK(found.differences[1].refused_here);
  }
}

TEST_CASE("profile_match: capabilities that were dropped after the start do not hide the profile") {
  const EffectiveTable table = compiled(load_profile("moby/20.10.24.json"), docker_capabilities);
  const ProfileMatch found = match_profile(table, {std::uint64_t{0}, std::nullopt});
  CHECK(found.relation == ProfileRelation::equals);
  CHECK_FALSE(found.own_capabilities);
  CHECK(found.capabilities == docker_capabilities);
  CHECK(match_profile(table, {std::nullopt, std::nullopt}).relation == ProfileRelation::equals);
}

TEST_CASE("profile_match: names that the runtime's libseccomp is too old for are no difference") {
  const OciProfile newest = load_profile("moby/28.5.2.json");
  const std::vector<std::string> young{
      "cachestat", "fchmodat2", "map_shadow_stack", "futex_wake", "futex_wait",  "futex_requeue", "mseal",
      "statmount", "listmount", "setxattrat",       "getxattrat", "listxattrat", "removexattrat"};
  OciProfile known = newest; // to a libseccomp that ends before them
  for (const std::string& name : young)
    take_out(known, name);
  SeccompPolicy policy;
  policy.abis = *policy_table(newest, with(docker_capabilities), policy.decisions);
  const PolicyDifferences found = compare(compiled(known, docker_capabilities), policy);
  CHECK(found.none());
  for (const AbiDifferences& abi : found.abis)
    CHECK(std::ranges::find(abi.too_young, "mseal") != abi.too_young.end());
  // One that is refused below a call that is let through was taken out on purpose.
  take_out(known, "openat2");
  const PolicyDifferences changed = compare(compiled(known, docker_capabilities), policy);
  REQUIRE(changed.abis.front().calls.size() == 1);
  CHECK(changed.abis.front().calls[0].name == "openat2");
  CHECK(match(known, docker_capabilities).differences[0].less == Names{"openat2"});
}

TEST_CASE("profile_match: runc's ENOSYS for calls that are younger than the profile is no difference") {
  const auto program = compile_profile(load_profile("moby/20.10.24.json"), with(docker_capabilities));
  REQUIRE(program);
  SeccompProgram stub{
      {ld, 0, 0, 4}, {jeq, 0, 3, 0xc000003e}, {ld, 0, 0, 0}, {jgt, 1, 0, 0x3fffffff}, {jgt, 1, 0, 448}};
  stub.insert(stub.end(), program->begin(), program->end());
  // Both ways over the answer: to the program behind it.
  stub[1].jf = 4;
  stub[3].jt = 2;
  stub[4] = {jgt, 0, 1, 448};
  stub.insert(stub.begin() + 5, {ret, 0, 0, errno_of(38)});
  const ProfileMatch found = match_profile(table_of({stub}, ways_in), {docker_capabilities, std::nullopt});
  CHECK(found.relation == ProfileRelation::equals);
  CHECK(found.id == "docker-default");
}

TEST_CASE("profile_match: the filters of OpenShell, each and together") {
  const DwordFilter clone3 = DwordFilter().refuse("clone3", 38);
  const auto named = [](const std::vector<SeccompProgram>& programs) {
    const ProfileMatch found = match_profile(table_of(programs, ways_in), {std::uint64_t{0}, std::nullopt});
    CHECK(found.relation == ProfileRelation::equals);
    CHECK(found.versions.size() == 1);
    return std::string(found.id) + ", " + (found.versions.empty() ? "" : std::string(found.versions.front()));
  };
  CHECK(named({clone3.program()}) == "openshell-clone3, up to 0.0.111");
  CHECK(named({openshell_main(false)}) == "openshell-a, main filter");
  CHECK(named({openshell_main(true)}) == "openshell-a, main filter, network blocked");
  CHECK(named({DwordFilter().refuse("clone3", 38).refuse("pidfd_open", 38).program()}) ==
        "openshell-compatibility, after 0.0.111");
  DwordFilter prelude;
  for (const char* name : {"mount", "fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "open_tree",
                           "pivot_root", "umount2", "bpf", "perf_event_open", "userfaultfd", "init_module",
                           "finit_module", "delete_module", "kexec_load", "kexec_file_load"})
    prelude.refuse(name, 1);
  CHECK(named({prelude.program()}) == "openshell-prelude, up to 0.0.111");
  CHECK(named({openshell_main(true), clone3.program(), prelude.program()}) ==
        "openshell-a, all filters, network blocked");
}

TEST_CASE("profile_match: what is like none of them gets no name, but its groups") {
  const ProfileMatch few = match_profile(table_of({DwordFilter()
                                                       .refuse("init_module", 1)
                                                       .refuse("finit_module", 1)
                                                       .refuse("delete_module", 1)
                                                       .refuse("bpf", 1)
                                                       .program()},
                                                  ways_in),
                                         {std::uint64_t{0}, std::nullopt});
  CHECK(few.relation == ProfileRelation::none);
  CHECK(few.id.empty());
  CHECK(few.refused_groups == std::vector<std::string_view>{"@module"});
  CHECK_FALSE(few.denies_nothing);
}

TEST_CASE("profile_match: filters that refuse nothing are told apart") {
  const ProfileMatch open = match_profile(table_of({{{ret, 0, 0, allowed}}}, ways_in), {});
  CHECK(open.relation == ProfileRelation::equals);
  CHECK(open.id == "allow-all");
  CHECK(open.denies_nothing);
  const ProfileMatch logs = match_profile(
      table_of({{{ld, 0, 0, 0}, {jeq, 0, 1, 165}, {ret, 0, 0, 0x7ffc0000}, {ret, 0, 0, allowed}}}, ways_in),
      {});
  CHECK(logs.relation == ProfileRelation::none);
  CHECK(logs.denies_nothing);
}

TEST_CASE("policy_difference: every call that differs from any profile, by every way in, with both answers") {
  const EffectiveTable table = compiled(load_profile("moby/26.1.5.json"), 0);
  OciProfile other = load_profile("moby/26.1.5.json");
  take_out(other, "socket");
  other.rules.push_back(allow("keyctl"));
  SeccompPolicy policy;
  policy.abis = *policy_table(other, with(0), policy.decisions);
  const PolicyDifferences found = compare(table, policy);
  CHECK(found.sure);
  CHECK_FALSE(found.none());
  REQUIRE(found.abis.size() == 3);
  for (const AbiDifferences& abi : found.abis) {
    CAPTURE(abi_name(abi.abi)); // socketcall(2) of i386 stays, as it is named itself
    REQUIRE(abi.calls.size() == 2);
    const bool socket_first = abi.calls[0].name == "socket";
    const PolicyDifference &socket = abi.calls[socket_first ? 0 : 1],
                           &keyctl = abi.calls[socket_first ? 1 : 0];
    CHECK(socket.kind == DifferenceKind::more);
    CHECK_FALSE(table.decisions.at(socket.here).leaf);
    CHECK(policy.decisions.at(socket.there).action == SeccompAction{ActionKind::fails, 1});
    CHECK(keyctl.name == "keyctl");
    CHECK(keyctl.kind == DifferenceKind::less);
  }
  SeccompPolicy same;
  same.abis = *policy_table(load_profile("moby/26.1.5.json"), with(0), same.decisions);
  CHECK(compare(table, same).none());
}
