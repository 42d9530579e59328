#include "doctor/suspects.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "doctor/remedies.h"
#include "rules/lsm_label.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

Ability that_works(std::string id, std::string title, std::string detail) {
  Ability ability;
  ability.id = std::move(id);
  ability.title = std::move(title);
  ability.outcome = TrialOutcome::works;
  ability.detail = std::move(detail);
  return ability;
}

Ability not_known(std::string id, std::string title, std::string detail,
                  std::vector<std::string> candidates) {
  Ability ability = that_works(std::move(id), std::move(title), std::move(detail));
  ability.outcome = TrialOutcome::unknown;
  ability.candidates = std::move(candidates);
  return ability;
}

Ability decided(Ability ability, const DoctorScene& scene, const Trial& trial, Suspects suspects) {
  ability.step = trial.id;
  if (trial.end == TrialEnd::error)
    ability.error = errno_name(trial.error);
  if (trial.end == TrialEnd::killed) {
    suspects.established.clear();
    if (is_filtered(scene) == true)
      suspects.establish(Cause::seccomp_filter, "the seccomp filter on this process kills who tries");
    else
      suspects.suspect("whoever killed the child that tried: no seccomp filter was seen");
  }
  const bool asked =
      trial.end == TrialEnd::error || trial.end == TrialEnd::killed || trial.end == TrialEnd::ineffective;
  if (asked && !suspects.established.empty()) {
    ability.outcome = TrialOutcome::refused;
    ability.refuser = suspects.established.front();
    ability.also.assign(suspects.established.begin() + 1, suspects.established.end());
    ability.remedy = remedy_for(ability.refuser->cause, ability.id);
    return ability;
  }
  ability.outcome = TrialOutcome::unknown;
  ability.candidates = std::move(suspects.candidates);
  if (scene.no_trials)
    ability.detail = *scene.no_trials;
  else if (trial.end == TrialEnd::late)
    ability.detail = "it did not end in time";
  else if (trial.end == TrialEnd::ineffective)
    ability.detail = "the call claims to have worked, and no effect of it was seen";
  else if (trial.end == TrialEnd::error)
    ability.detail = fmt::format("{}, and who said so is not known", errno_name(trial.error));
  else if (trial.end == TrialEnd::killed)
    ability.detail = "the child that tried it was killed";
  else
    ability.detail = "it was not tried";
  return ability;
}

Ability for_want_of(Ability ability, const Ability& needed) {
  ability.outcome = needed.outcome == TrialOutcome::works ? TrialOutcome::unknown : needed.outcome;
  ability.step = needed.step;
  ability.error = needed.error;
  ability.refuser = needed.refuser;
  ability.also = needed.also;
  ability.candidates = needed.candidates;
  ability.remedy = needed.remedy;
  ability.detail = "for want of " + needed.title;
  ability.claims["needs"] = needed.id;
  return ability;
}

std::string filter_answers(const DoctorScene& scene, std::string_view experiment, std::string_view call) {
  const Trial trial = trial_of(scene, experiment);
  if (scene.refused_by_program.contains(experiment))
    return fmt::format("the seccomp filter on this process refuses {}, as its program says", call);
  return trial.end == TrialEnd::killed
             ? fmt::format("the seccomp filter on this process kills who calls {}", call)
             : fmt::format("the seccomp filter on this process answers {} to {}",
                           trial.end == TrialEnd::error ? errno_name(trial.error) : "success", call);
}

void suspect_modules(Suspects& suspects, const DoctorScene& scene) {
  for (const char* name : {"selinux", "apparmor", "smack", "tomoyo", "bpf"})
    if (has_lsm(scene, name) == true)
      suspects.suspect(fmt::format("{} (an active security module)", name));
  if (!scene.lsms)
    suspects.suspect("a security module: which are active was not seen");
}

void suspect_filter(Suspects& suspects, const DoctorScene& scene) {
  if (is_filtered(scene) != false)
    suspects.suspect(is_filtered(scene)
                         ? "the seccomp filter on this process, by arguments that were not tried"
                         : "a seccomp filter: whether one is on this process was not seen");
}

std::optional<std::string> confining_profile(const DoctorScene& scene) {
  const auto label = fact_of(scene, "label");
  if (!label || label->empty() || has_lsm(scene, "apparmor") != true)
    return std::nullopt;
  const LsmLabel read = apparmor_label(*label);
  return read.confines && read.enforces ? std::optional(escaped(read.label, 80)) : std::nullopt;
}

} // namespace sbx
