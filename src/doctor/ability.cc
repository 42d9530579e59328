#include "doctor/ability.h"

#include <algorithm>

namespace sbx {

std::string_view cause_name(Cause cause) {
  switch (cause) {
  case Cause::not_built:
    return "not-built";
  case Cause::not_enabled:
    return "not-enabled";
  case Cause::seccomp_filter:
    return "seccomp-filter";
  case Cause::userns_switch:
    return "unprivileged-userns-clone";
  case Cause::namespace_limit:
    return "namespace-limit";
  case Cause::chroot:
    return "chroot";
  case Cause::no_id_map:
    return "no-id-map";
  case Cause::apparmor_userns:
    return "apparmor-restrict-unprivileged-userns";
  case Cause::lsm_policy:
    return "lsm-policy";
  case Cause::landlock_domain:
    return "landlock-domain";
  case Cause::landlock_full:
    return "landlock-full";
  case Cause::capability:
    return "capability";
  case Cause::masked_proc:
    return "masked-proc";
  case Cause::read_only_mount:
    return "read-only-mount";
  case Cause::file_permissions:
    return "file-permissions";
  case Cause::device_rules:
    return "device-rules";
  case Cause::no_device:
    return "no-device";
  case Cause::initramfs_root:
    return "initramfs-root";
  case Cause::listener_taken:
    return "listener-taken";
  case Cause::bpf_switch:
    return "unprivileged-bpf-disabled";
  case Cause::yama:
    return "yama";
  case Cause::no_new_privs:
    return "no-new-privs";
  case Cause::no_subordinate_ids:
    return "no-subordinate-ids";
  case Cause::not_mounted:
    return "not-mounted";
  case Cause::not_running:
    return "not-running";
  case Cause::nothing:
    return "none";
  }
  return "none";
}

std::string_view outcome_name(TrialOutcome outcome) {
  switch (outcome) {
  case TrialOutcome::works:
    return "works";
  case TrialOutcome::refused:
    return "refused";
  case TrialOutcome::unknown:
    return "unknown";
  }
  return "unknown";
}

const Ability* find_ability(const Abilities& abilities, std::string_view id) {
  const auto it = std::find_if(abilities.begin(), abilities.end(),
                               [&](const Ability& ability) { return ability.id == id; });
  return it == abilities.end() ? nullptr : &*it;
}

} // namespace sbx
