#include "doctor/diagnosis.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "doctor/abilities.h"
#include "rules/capability_names.h"

#include <algorithm>

namespace sbx {

namespace {

using Json = nlohmann::json;

template <class T> Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(escaped(*text, 200)) : Json(nullptr);
}

Json names(const std::optional<std::uint64_t>& mask) {
  return mask ? Json(capability_names(*mask)) : Json(nullptr);
}

Json process_of(const DoctorScene& scene) {
  const ProcStatus none, &status = scene.status ? *scene.status : none;
  return {{"uid", status.uid ? Json((*status.uid)[1]) : Json(nullptr)},
          {"gid", status.gid ? Json((*status.gid)[1]) : Json(nullptr)},
          {"effective", names(status.cap_eff)},
          {"bounding", names(status.cap_bnd)},
          {"no_new_privs", or_null(status.no_new_privs)},
          {"seccomp", or_null(status.seccomp)},
          {"seccomp_filters", or_null(status.seccomp_filters)},
          {"initial_user_namespace", or_null(scene.initial_user_ns)},
          {"ids_are_mapped", or_null(ids_are_mapped(scene))},
          {"landlock_layers", or_null(landlock_depth(scene))},
          {"label", text_or_null(fact_of(scene, "label"))}};
}

// Every switch that was asked for, null where this kernel has it not or it was not seen.
Json switches_of(const DoctorScene& scene) {
  Json switches = Json::object();
  constexpr std::string_view prefix = "sysctl.";
  for (const Property& fact : scene.trials.facts)
    if (fact.key.starts_with(prefix)) {
      std::string name = fact.key.substr(prefix.size());
      std::replace(name.begin(), name.end(), '/', '.');
      switches[name] = text_or_null(fact_of(scene, fact.key));
    }
  return switches;
}

Json audit_of(const DoctorScene& scene) {
  const Property* answer = scene.trials.fact("audit.enabled");
  const Trial built = trial_of(scene, "loginuid");
  return {{"built", built.end == TrialEnd::ok ? Json(true) : Json(nullptr)},
          {"enabled", text_or_null(fact_of(scene, "audit.enabled"))},
          {"refused", answer && !answer->value ? Json(errno_name(answer->value.error())) : Json(nullptr)}};
}

Json surroundings_of(const DoctorScene& scene) {
  Json masks = nullptr;
  if (const auto seen = proc_masks(scene)) {
    masks = Json::array();
    for (const std::string& mask : *seen)
      masks.push_back(escaped(mask, 200));
  }
  return {{"kernel", text_or_null(scene.release)},
          {"lsm", or_null(scene.lsms)},
          {"lockdown", text_or_null(scene.lockdown)},
          {"yama_ptrace_scope", text_or_null(scene.ptrace_scope)},
          {"audit", audit_of(scene)},
          {"proc_masks", masks},
          {"switches", switches_of(scene)},
          {"not_tried", text_or_null(scene.no_trials)}};
}

} // namespace

Diagnosis diagnose(const DoctorScene& scene, const std::vector<std::string>& requirements,
                   const std::vector<std::string>& only) {
  Diagnosis diagnosis;
  diagnosis.process = process_of(scene);
  diagnosis.surroundings = surroundings_of(scene);
  diagnosis.abilities = abilities_of(scene);
  std::vector<LauncherVerdict> all;
  for (const LauncherNeeds& launcher : launchers())
    all.push_back(launcher_verdict(launcher, scene, diagnosis.abilities));
  diagnosis.requirements = judged_requirements(requirements, diagnosis.abilities, all);
  for (LauncherVerdict& verdict : all)
    if (only.empty() || std::find(only.begin(), only.end(), verdict.id) != only.end())
      diagnosis.launchers.push_back(std::move(verdict));
  const auto best = [&](bool installed) {
    const LauncherVerdict* it = best_of(diagnosis.launchers, installed);
    return it ? std::optional(*it) : std::nullopt;
  };
  diagnosis.best = best(false);
  diagnosis.best_installed = best(true);
  return diagnosis;
}

} // namespace sbx
