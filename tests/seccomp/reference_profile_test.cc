#include "rules/capability_names.h"
#include "seccomp/program_check.h"
#include "seccomp/reference_profile.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace sbx;

TEST_CASE("reference_profile: every name is there once, and every version can be read") {
  std::set<std::string_view> ids;
  for (const ReferenceProfile& profile : reference_profiles()) {
    CAPTURE(profile.id);
    CHECK(ids.insert(profile.id).second);
    CHECK_FALSE(profile.title.empty());
    CHECK_FALSE(profile.versions.empty());
    for (const ReferenceVersion& version : profile.versions) {
      CAPTURE(version.version);
      for (const ReferenceFilter& filter : version.filters) {
        CHECK((filter.program || parse_oci_profile(filter.text, OciDialect::references)));
        CHECK(parse_action(filter.others));
        CHECK((filter.x32.empty() || parse_action(filter.x32)));
      }
      for (const char* machine : {"x86_64", "aarch64"}) {
        Decisions decisions;
        const auto table =
            LoadedReference(version).table({profile.capabilities, abis_of(machine), std::nullopt}, decisions);
        CHECK(table.size() == abis_of(machine).size());
      }
    }
  }
  for (const char* id : {"docker-default", "podman-default", "containerd-default", "flatpak",
                         "firejail-default", "chromium-renderer", "codex", "sandbox-runtime", "openshell-a",
                         "openshell-clone3", "openshell-prelude", "openshell-compatibility", "nspawn",
                         "systemd-@system-service", "lxc-common", "allow-all"})
    CHECK(ids.contains(id));
}

// What lets profile_match leave out those that are far away.
TEST_CASE(
    "reference_profile: what a version lets through and refuses for certain, it does for every process") {
  const std::vector<std::string_view>& names = reference_names();
  REQUIRE(std::ranges::is_sorted(names));
  for (const ReferenceProfile& profile : reference_profiles())
    for (const ReferenceVersion& version : profile.versions) {
      const LoadedReference reference(version);
      for (const std::uint64_t capabilities : {std::uint64_t{0}, all_capabilities(last_named_capability)}) {
        Decisions decisions;
        const auto table =
            reference.table({capabilities, {SyscallAbi::x86_64}, KernelVersion{4, 0}}, decisions);
        for (std::size_t i = 0; i < names.size(); ++i) {
          const auto number = syscall_number(SyscallAbi::x86_64, names[i]);
          if (!number)
            continue;
          const Decision& decision = decisions.at(decision_of(table.front(), *number));
          CAPTURE(profile.id, version.version, capabilities, names[i]);
          if ((version.lets[i / 64] >> i % 64 & 1) != 0 && !(decision.leaf && !refuses(decision.action)))
            FAIL_CHECK("is not let through");
          if ((version.refuses[i / 64] >> i % 64 & 1) != 0 && !(decision.leaf && refuses(decision.action)))
            FAIL_CHECK("is not refused");
        }
      }
    }
}

TEST_CASE("reference_profile: systemd's groups hold what systemd says") {
  const auto& sets = syscall_sets();
  const auto module = std::ranges::find(sets, "@module", &SyscallSet::name);
  REQUIRE(module != sets.end());
  CHECK(module->calls == std::vector<std::string_view>{"delete_module", "finit_module", "init_module"});
  const auto privileged = std::ranges::find(sets, "@privileged", &SyscallSet::name);
  REQUIRE(privileged != sets.end());
  CHECK(std::ranges::find(privileged->calls, "adjtimex") != privileged->calls.end()); // of @clock, in it
}
