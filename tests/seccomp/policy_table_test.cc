#include "rules/capability_names.h"
#include "rules/syscall_newer.h"
#include "seccomp/branches.h"
#include "seccomp/compiled_profile.h"
#include "seccomp/policy_table.h"

#include <array>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <optional>
#include <random>
#include <vector>

using namespace sbx;
using enum SyscallAbi;

namespace {

const std::vector<SyscallAbi> ways_in{x86_64, i386, x32};

// What this libseccomp does not know it leaves out; ours names it.
bool newer(SyscallAbi abi, std::uint32_t number) { return !newer_syscall_name(abi, number).empty(); }

// Where policy and program part, as "abi name"; empty: nowhere.
std::vector<std::string> differences(const OciProfile& profile, const PolicySubject& subject) {
  const auto program = compile_profile(profile, subject);
  Decisions decisions;
  const auto policy = policy_table(profile, subject, decisions);
  if (!program || !policy)
    return program || policy ? std::vector<std::string>{"only one of the two refuses it"}
                             : std::vector<std::string>();
  const EffectiveTable table = table_of({*program}, subject.abis);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < table.abis.size(); ++i) {
    const AbiTable& abi = table.abis[i];
    const auto same = [&](std::uint32_t number, std::optional<DecisionId> decision) {
      return decision &&
             same_decision(table.decisions, *decision, decisions, decision_of((*policy)[i], number)) == true;
    };
    for (const SyscallDecision& call : abi.calls)
      if (!newer(abi.abi, call.number) && !same(call.number, call.decision))
        found.push_back(fmt::format("{} {}", abi_name(abi.abi), call.name));
    for (const NumberDecision& other : abi.others) // -1 is the tracer's; see numbers_of()
      if (other.range.first < 0x80000000 && !same(other.range.first, other.decision))
        found.push_back(fmt::format("{} {}", abi_name(abi.abi), other.range.first));
  }
  return found;
}

OciProfile parsed(const std::string& text) {
  const auto profile = parse_oci_profile(text);
  REQUIRE(profile);
  return *profile;
}

} // namespace

TEST_CASE("policy_table: each profile of the references means what libseccomp makes of it") {
  const auto name =
      GENERATE("moby/20.10.24", "moby/26.1.5", "moby/28.5.2", "containers-common/0.50.1",
               "containers-common/0.62.2", "containers-common/0.67.1", "containerd/1.6.20",
               "containerd/1.7.24", "containerd/2.1.9", "lxc/common", "flatpak/base", "flatpak/devel");
  const auto capabilities =
      GENERATE(std::uint64_t{0}, std::uint64_t{0xa80425fb}, std::uint64_t{0x800405fb}, std::uint64_t{1} << 21,
               std::uint64_t{3} << 38, all_capabilities(last_named_capability));
  CAPTURE(name, capabilities);
  const OciProfile profile = load_profile(std::string(name) + ".json");
  CHECK(differences(profile, {capabilities, ways_in, std::nullopt}).empty());
}

TEST_CASE("policy_table: a kernel that is too old for a rule does not get it") {
  const OciProfile profile = load_profile("moby/20.10.24.json");
  for (const KernelVersion kernel : {KernelVersion{4, 7}, KernelVersion{4, 8}, KernelVersion{5, 0}})
    CHECK(differences(profile, {0, ways_in, kernel}).empty());
  Decisions decisions;
  const auto ptrace = [&](KernelVersion kernel) {
    const auto policy = policy_table(profile, {0, ways_in, kernel}, decisions);
    return decisions.at(decision_of(policy->front(), 101)).action.kind;
  };
  CHECK(ptrace({4, 7}) == ActionKind::fails);
  CHECK(ptrace({4, 8}) == ActionKind::allow);
}

TEST_CASE("policy_table: one argument twice in a rule is two rules, and other arguments are all demanded") {
  const OciProfile twice = parsed(R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
    {"name": "socket", "action": "SCMP_ACT_ALLOW", "args": [
      {"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"},
      {"index": 1, "value": 3, "op": "SCMP_CMP_EQ"}]}]})");
  CHECK(differences(twice, {0, ways_in, std::nullopt}).empty());
  Decisions decisions;
  const auto policy = policy_table(twice, {0, ways_in, std::nullopt}, decisions);
  CHECK(branches_of(decisions, decision_of(policy->front(), 41), 64).list.size() > 3);
}

TEST_CASE("policy_table: the ways in that a profile is not for are killed") {
  Decisions decisions;
  const OciProfile native = parsed(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []})");
  CHECK(differences(native, {0, ways_in, std::nullopt}).empty());
  const auto policy = policy_table(native, {0, ways_in, std::nullopt}, decisions);
  REQUIRE(policy->size() == 3);
  CHECK((*policy)[0].covered);
  CHECK(decisions.at((*policy)[1].otherwise).action.kind == ActionKind::kill_thread);
  CHECK(decisions.at((*policy)[2].otherwise).action.kind == ActionKind::kill_thread);
}

TEST_CASE("policy_table: what libseccomp refuses is refused") {
  const OciProfile torn = parsed(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
    {"name": "ioctl", "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 5, "op": "SCMP_CMP_EQ"}]},
    {"name": "ioctl", "action": "SCMP_ACT_KILL", "args": [{"index": 1, "value": 5, "op": "SCMP_CMP_EQ"}]}]})");
  CHECK_FALSE(compile_profile(torn, {0, ways_in, std::nullopt}));
  Decisions decisions;
  const auto policy = policy_table(torn, {0, ways_in, std::nullopt}, decisions);
  REQUIRE_FALSE(policy);
  CHECK(policy.error().text.starts_with("two rules about ioctl"));
}

// libseccomp 2.5 forgets at times to load a word again when it goes on to the next condition after a rule of
// several conditions, or of a larger upper half. The filter then is not what the profile says. These rules
// are of the kinds for which it does not.
TEST_CASE("policy_table: rules that hold at once come to what libseccomp makes of them") {
  std::minstd_rand random(7);
  const auto below = [&](std::size_t end) { return static_cast<unsigned>(random() % end); };
  using enum OciComparison;
  constexpr std::array ordered{less, less_or_equal, equal, at_least, greater, not_equal, masked_equal};
  constexpr std::array unordered{equal, masked_equal};
  constexpr std::array<std::uint64_t, 5> small{0, 2, 3, 6, 7}, values{0, 3, 6, 0x500000003, 0x500000000};
  for (unsigned i = 0; i < 600; ++i) {
    OciProfile profile{{ActionKind::fails, 1}, {"SCMP_ARCH_X86", "SCMP_ARCH_X32"}, {}, {}};
    const bool in_order = i % 2 == 0;
    for (unsigned left = 1 + below(4); left > 0; --left) {
      OciRule rule{{below(2) ? "socket" : "ioctl"}, {ActionKind::allow}, {}, {}, {}, {}};
      if (below(3) == 0)
        rule.action = {ActionKind::fails, static_cast<std::uint16_t>(22 + below(2))};
      const unsigned conditions = in_order || below(3) ? 1 : 2;
      for (unsigned argument = 0; argument < conditions; ++argument)
        rule.arguments.push_back(
            {conditions == 1 ? below(3) : argument,
             in_order ? ordered[below(ordered.size())] : unordered[below(unordered.size())],
             in_order ? small[below(small.size())] : values[below(values.size())], small[below(small.size())],
             false});
      profile.rules.push_back(rule);
    }
    const auto found = differences(profile, {0, ways_in, std::nullopt});
    CAPTURE(i, found);
    CHECK(found.empty());
  }
}
