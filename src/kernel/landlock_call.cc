#include "kernel/landlock_call.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::landlock {

namespace {
// landlock_create_ruleset and its kin have the same number on every architecture (5.13).
constexpr long create_nr = 444, add_rule_nr = 445, restrict_self_nr = 446;
constexpr unsigned version_flag = 1, errata_flag = 2;
constexpr int rule_path_beneath = 1;

struct [[gnu::packed]] PathBeneathAttr {
  std::uint64_t allowed_access;
  std::int32_t parent_fd;
};
} // namespace

int abi() { return static_cast<int>(syscall(create_nr, nullptr, 0, version_flag)); }

int errata() { return static_cast<int>(syscall(create_nr, nullptr, 0, errata_flag)); }

int create_ruleset(const RulesetAttr& attr, int abi) {
  const std::size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  return static_cast<int>(syscall(create_nr, &attr, size, 0));
}

int add_path(int ruleset, int parent, std::uint64_t allowed) {
  const PathBeneathAttr rule{allowed, parent};
  return static_cast<int>(syscall(add_rule_nr, ruleset, rule_path_beneath, &rule, 0));
}

int restrict_self(int ruleset) { return static_cast<int>(syscall(restrict_self_nr, ruleset, 0)); }

} // namespace sbx::landlock
