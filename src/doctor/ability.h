// What is one thing that could be enforced here, does it work, and if not: who said no, and what helps?
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class TrialOutcome { works, refused, unknown };

// Which layer said no.
enum class Cause {
  not_built,       // this kernel has no such thing
  not_enabled,     // built, and left out when it was started
  seccomp_filter,  // on this process
  userns_switch,   // kernel.unprivileged_userns_clone
  namespace_limit, // user.max_*_namespaces, here or further out; how deep they may lie
  chroot,          // its root is not that of its mount namespace
  no_id_map,       // its user or group has no number in its user namespace
  apparmor_userns, // kernel.apparmor_restrict_unprivileged_userns
  lsm_policy,      // a profile of AppArmor, a policy of SELinux
  landlock_domain, // that this process lives in
  landlock_full,   // sixteen layers are there already
  capability,      // one that it lacks
  masked_proc,     // something is mounted over a part of /proc
  read_only_mount,
  file_permissions, // owner, group and mode
  device_rules,     // of its control group
  no_device,        // no such file: not given to it
  initramfs_root,   // its root is the one that nothing can be put in place of
  listener_taken,   // a supervisor's filter with user notification is there already
  bpf_switch,       // kernel.unprivileged_bpf_disabled
  yama,             // kernel.yama.ptrace_scope
  no_new_privs,     // setuid programs gain nothing
  no_subordinate_ids,
  not_mounted, // a file system that it takes
  not_running, // a service that would do it
  nothing,     // it was not refused, or not by a layer that is known
};

std::string_view cause_name(Cause cause); // "seccomp-filter", as the JSON has it
std::string_view outcome_name(TrialOutcome outcome);

struct Refuser {
  Cause cause = Cause::nothing;
  std::string words; // "the seccomp filter on this process answers EPERM to unshare and clone"
  bool operator==(const Refuser&) const = default;
};

struct Ability {
  std::string id;    // "ns.mnt", as --require has it
  std::string title; // for people
  TrialOutcome outcome = TrialOutcome::unknown;
  std::string detail;                  // of what works, or of what was seen where it is not known
  std::string step;                    // the trial that was refused: "inside.uid_map"
  std::optional<std::string> error;    // its errno's name
  std::optional<Refuser> refuser;      // always there where refused
  std::vector<Refuser> also;           // who would say no next, as far as that is known
  std::vector<std::string> candidates; // where unknown: who it may have been
  std::string remedy;                  // empty: none is known
  nlohmann::json claims = nlohmann::json::object();
};

using Abilities = std::vector<Ability>;

const Ability* find_ability(const Abilities& abilities, std::string_view id);

} // namespace sbx
