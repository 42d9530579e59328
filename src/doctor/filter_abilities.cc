#include "doctor/filter_abilities.h"

#include "core/errno_name.h"
#include "core/some_of.h"
#include "doctor/filter_sight.h"
#include "doctor/suspects.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr const char* actions[] = {"kill_process", "kill_thread", "trap", "errno",
                                   "user_notif",   "trace",       "log",  "allow"};

// Those that are there, and those that the kernel says it has not.
std::pair<std::vector<std::string>, std::vector<std::string>> actions_of(const DoctorScene& scene) {
  std::vector<std::string> there, missing;
  for (const char* action : actions) {
    const Trial trial = trial_of(scene, fmt::format("action.{}", action));
    if (trial.end == TrialEnd::ok)
      there.emplace_back(action);
    else if (trial.end == TrialEnd::error && trial.error == EOPNOTSUPP)
      missing.emplace_back(action);
  }
  return {there, missing};
}

Suspects who_forbids_it(const DoctorScene& scene, const Trial& trial) {
  Suspects suspects;
  const bool by_seccomp = trial.id != "seccomp.prctl";
  if (by_seccomp && filter_sight(scene, "seccomp.filter.bad") == FilterSight::refuses)
    suspects.establish(Cause::seccomp_filter, filter_answers(scene, "seccomp.filter.bad", "seccomp"));
  const bool no_filters =
      failed_with(scene, "seccomp.filter.bad", EINVAL) || failed_with(scene, "seccomp.filter.bad", ENOSYS);
  if ((trial.error == EINVAL || trial.error == ENOSYS) && no_filters && is_filtered(scene) == false)
    suspects.establish(Cause::not_built, "this kernel has no seccomp filters");
  if (trial.error == EBUSY)
    suspects.establish(Cause::listener_taken,
                       "a filter with user notification is on this process already, and there can "
                       "be one");
  if (trial.id.starts_with("seccomp.notify") && trial.error == EINVAL && worked(scene, "seccomp.filter") &&
      is_filtered(scene) == false)
    suspects.establish(Cause::not_built, trial.id == "seccomp.notify_killable"
                                             ? "this kernel has no notification that waits killable (5.19)"
                                             : "this kernel has no user notification (5.0)");
  if (!suspects.established.empty())
    return suspects;
  suspect_filter(suspects, scene);
  if (is_filtered(scene) != false)
    suspects.suspect("this kernel");
  return suspects;
}

Ability filter_ability(const DoctorScene& scene) {
  Ability ability = that_works("seccomp", "seccomp filters", "");
  const auto [there, missing] = actions_of(scene);
  const bool by_seccomp = worked(scene, "seccomp.filter"), by_prctl = worked(scene, "seccomp.prctl");
  ability.claims = {
      {"by_seccomp", by_seccomp}, {"by_prctl", by_prctl}, {"actions", there}, {"actions_missing", missing}};
  const Trial trial = trial_of(scene, "seccomp.filter");
  if (!by_seccomp && !by_prctl)
    return decided(std::move(ability), scene, trial, who_forbids_it(scene, trial));
  if (!by_seccomp)
    ability.detail =
        trial.end == TrialEnd::error
            ? fmt::format("by prctl(2) alone: seccomp(2) is refused with {}", errno_name(trial.error))
            : "by prctl(2) alone";
  else
    ability.detail = !missing.empty() ? "without the actions " + some_of(missing, 8)
                     : there.empty()  ? "which actions there are is not said"
                                      : fmt::format("{} of {} actions", there.size(), std::size(actions));
  return ability;
}

Ability notify_ability(const DoctorScene& scene, const char* id, const char* title) {
  Ability ability = that_works(id, title, "");
  const Trial trial = trial_of(scene, id);
  return trial.end == TrialEnd::ok ? ability
                                   : decided(std::move(ability), scene, trial, who_forbids_it(scene, trial));
}

Ability no_new_privs_ability(const DoctorScene& scene) {
  const bool set = scene.status && scene.status->no_new_privs == true;
  Ability ability = that_works("no_new_privs", "no_new_privs", set ? "set already" : "");
  const Trial trial = trial_of(scene, "no_new_privs");
  if (trial.end == TrialEnd::ok || set)
    return ability;
  Suspects suspects; // the kernel refuses it to nobody
  if (is_filtered(scene) == true && trial.end == TrialEnd::error && trial.error != EINVAL)
    suspects.establish(
        Cause::seccomp_filter,
        fmt::format("the seccomp filter on this process answers {} to prctl", errno_name(trial.error)));
  suspect_filter(suspects, scene);
  return decided(std::move(ability), scene, trial, std::move(suspects));
}

} // namespace

Abilities filter_abilities(const DoctorScene& scene) {
  return {filter_ability(scene), notify_ability(scene, "seccomp.notify", "user notification"),
          notify_ability(scene, "seccomp.notify_killable", "killable notification"),
          no_new_privs_ability(scene)};
}

} // namespace sbx
