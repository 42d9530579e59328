#include "doctor/userns_ability.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "doctor/filter_sight.h"
#include "parse/line.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr const char *id = "userns", *title = "user namespaces";

// What the filter says to the two calls that make one; nothing where it lets one of them through.
std::optional<Refuser> filter_refuses(const DoctorScene& scene) {
  const FilterSight unshare = filter_sight(scene, "unshare.user.bad"),
                    clone = filter_sight(scene, "clone.user.bad"), plain = filter_sight(scene, "unshare.bad");
  const bool by_unshare = unshare == FilterSight::refuses || plain == FilterSight::refuses;
  const char* experiment = unshare == FilterSight::refuses ? "unshare.user.bad" : "unshare.bad";
  if (by_unshare && clone == FilterSight::refuses)
    return Refuser{Cause::seccomp_filter,
                   filter_answers(scene, experiment, "unshare and clone for a user namespace")};
  if (by_unshare)
    return Refuser{Cause::seccomp_filter, filter_answers(scene, experiment, "unshare")};
  if (clone == FilterSight::refuses)
    return Refuser{Cause::seccomp_filter,
                   filter_answers(scene, "clone.user.bad", "clone for a user namespace")};
  return std::nullopt;
}

bool userns_is_switched_off(const DoctorScene& scene) {
  return fact_of(scene, "sysctl.kernel/unprivileged_userns_clone") == "0" &&
         holds_initially(scene, "CAP_SYS_ADMIN") == false;
}

bool left_the_chroot(const DoctorScene& scene) {
  return failed_with(scene, "inside.unshare", EPERM) && worked(scene, "unchrooted.enter") &&
         worked(scene, "unchrooted.user");
}

// Each of these makes the kernel say EPERM, in the order of ksys_unshare() and create_user_ns().
void who_says_eperm(Suspects& suspects, const DoctorScene& scene) {
  if (const auto filter = filter_refuses(scene))
    suspects.established.push_back(*filter);
  if (userns_is_switched_off(scene))
    suspects.establish(Cause::userns_switch, "the switch kernel.unprivileged_userns_clone is 0");
  if (fact_of(scene, "root.is_mount") == "no")
    suspects.establish(Cause::chroot, "this process is in a chroot: its root is no mount of its own");
  else if (left_the_chroot(scene))
    suspects.establish(Cause::chroot,
                       "this process is in a chroot: at the root of its mount namespace it works");
  if (ids_are_mapped(scene) == false)
    suspects.establish(Cause::no_id_map, "its own user or group is not mapped in its user namespace");
  if (!suspects.established.empty())
    return;
  suspect_filter(suspects, scene);
  if (!worked(scene, "unchrooted.enter"))
    suspects.suspect("a chroot to where a mount stands");
  suspect_modules(suspects, scene);
}

void who_says_enospc(Suspects& suspects, const DoctorScene& scene) {
  if (const auto filter = filter_refuses(scene))
    suspects.established.push_back(*filter);
  const auto most = fact_of(scene, "sysctl.user/max_user_namespaces");
  if (most == "0")
    suspects.establish(Cause::namespace_limit, "the limit user.max_user_namespaces is 0");
  else
    suspects.establish(
        Cause::namespace_limit,
        fmt::format("a limit on user namespaces is reached: user.max_user_namespaces, here {}, or that "
                    "of an outer user namespace, or 32 levels",
                    most ? escaped(*most, 20) : "not seen"));
}

void who_says_eacces(Suspects& suspects, const DoctorScene& scene) {
  if (const auto filter = filter_refuses(scene))
    suspects.established.push_back(*filter);
  if (const auto apparmor = apparmor_restricts(scene))
    suspects.established.push_back(*apparmor);
  else if (const auto profile = confining_profile(scene); profile && has_lsm(scene, "selinux") == false)
    suspects.establish(Cause::lsm_policy, "the AppArmor profile " + *profile);
  else if (has_lsm(scene, "selinux") == true && has_lsm(scene, "apparmor") == false &&
           has_lsm(scene, "bpf") == false && is_filtered(scene) == false)
    suspects.establish(Cause::lsm_policy, "the policy of SELinux");
  if (!suspects.established.empty())
    return;
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
}

Suspects who_forbids_it(const DoctorScene& scene, const Trial& trial) {
  Suspects suspects;
  switch (trial.error) {
  case EPERM:
    who_says_eperm(suspects, scene);
    break;
  case ENOSPC:
  case EUSERS: // before 4.9
    who_says_enospc(suspects, scene);
    break;
  case EACCES:
    who_says_eacces(suspects, scene);
    break;
  default:
    if (const auto filter = filter_refuses(scene))
      suspects.established.push_back(*filter);
    if (trial.error == EINVAL && failed_with(scene, "ns.user", ENOENT))
      suspects.establish(Cause::not_built, "this kernel has no user namespaces");
    suspect_filter(suspects, scene);
    suspects.suspect("this kernel");
  }
  return suspects;
}

// The kernel maps root of the outside for nobody who has no CAP_SETFCAP there (5.12, verify_root_map()).
bool root_without_setfcap(const DoctorScene& scene) {
  return own_uid(scene) == 0U && holds(scene, "CAP_SETFCAP") == false;
}

constexpr const char* setfcap_words =
    "this process is root without CAP_SETFCAP, and so may not map root into a user namespace";

Suspects who_forbids_the_map(const DoctorScene& scene, const Trial& trial) {
  Suspects suspects;
  if (trial.error == EROFS)
    suspects.establish(Cause::read_only_mount, "/proc is mounted read-only");
  if (trial.error == EPERM || trial.error == EACCES)
    if (const auto apparmor = apparmor_restricts(scene))
      suspects.established.push_back(*apparmor);
  if (trial.error == EPERM && root_without_setfcap(scene) && !failed_with(scene, "other.uid_map", EPERM))
    suspects.establish(Cause::capability, setfcap_words);
  if (!suspects.established.empty())
    return suspects;
  if (landlock_depth(scene).value_or(1) > 0 && trial.error == EACCES)
    suspects.suspect("the Landlock domain that this process lives in");
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
  return suspects;
}

// What would say no after the one that did.
void add_what_comes_next(Ability& ability, const DoctorScene& scene) {
  if (ability.outcome == TrialOutcome::refused && root_without_setfcap(scene) &&
      ability.step == "inside.unshare")
    ability.also.push_back({Cause::capability, setfcap_words});
}

std::string how(const DoctorScene& scene) {
  if (worked(scene, "inside.unshare") && trial_of(scene, "clone.user").end == TrialEnd::error)
    return "by unshare(2); clone(2) is refused with " + errno_name(trial_of(scene, "clone.user").error);
  if (!worked(scene, "inside.unshare"))
    return "by clone(2); unshare(2) is refused with " + errno_name(trial_of(scene, "inside.unshare").error);
  return "made, mapped, with capabilities in it";
}

} // namespace

std::optional<Refuser> apparmor_restricts(const DoctorScene& scene) {
  const auto before = fact_of(scene, "label"), after = fact_of(scene, "inside.label");
  if (before && after && *before != *after && has_lsm(scene, "apparmor") != false)
    return Refuser{
        Cause::apparmor_userns,
        fmt::format("AppArmor puts who makes a user namespace under the profile {}", escaped(*after, 80))};
  if (fact_of(scene, "sysctl.kernel/apparmor_restrict_unprivileged_userns") == "1" &&
      holds(scene, "CAP_SYS_ADMIN") == false && has_lsm(scene, "apparmor") != false &&
      !confining_profile(scene))
    return Refuser{Cause::apparmor_userns, "AppArmor: kernel.apparmor_restrict_unprivileged_userns is 1"};
  return std::nullopt;
}

Ability user_namespace_ability(const DoctorScene& scene) {
  Ability ability = that_works(id, title, "");
  ability.claims = {{"unshare", worked(scene, "inside.unshare")},
                    {"clone", worked(scene, "clone.user")},
                    {"clone3", worked(scene, "clone3.user")}};
  const Trial unshare = trial_of(scene, "inside.unshare");
  if (unshare.end != TrialEnd::ok && !worked(scene, "inside.clone")) {
    ability = decided(std::move(ability), scene, unshare, who_forbids_it(scene, unshare));
    add_what_comes_next(ability, scene);
    return ability;
  }
  for (const char* step : {"inside.uid_map", "inside.gid_map"})
    if (const Trial trial = trial_of(scene, step); trial.end != TrialEnd::ok)
      return decided(std::move(ability), scene, trial, who_forbids_the_map(scene, trial));
  if (const Trial trial = trial_of(scene, "inside.capable"); trial.end != TrialEnd::ok) {
    Suspects suspects;
    if (const auto apparmor = apparmor_restricts(scene))
      suspects.established.push_back(*apparmor);
    suspect_modules(suspects, scene);
    return decided(std::move(ability), scene, trial, std::move(suspects));
  }
  ability.detail = how(scene);
  return ability;
}

} // namespace sbx
