#include "doctor/feature_abilities.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "doctor/device_ability.h"
#include "doctor/filter_sight.h"
#include "doctor/remedies.h"
#include "doctor/suspects.h"
#include "rules/capability_names.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

void say_who_forbids_a_file(Suspects& suspects, const DoctorScene& scene, const Trial& trial,
                            const std::string& what) {
  if (trial.error == EROFS)
    suspects.establish(Cause::read_only_mount, what + " is mounted read-only");
  if (trial.error == EACCES && landlock_depth(scene) == 0U && !confining_profile(scene) &&
      has_lsm(scene, "selinux") == false)
    suspects.establish(Cause::file_permissions, what + " belongs to another user");
  if (!suspects.established.empty())
    return;
  suspects.suspect("owner and mode of " + what);
  if (landlock_depth(scene).value_or(1) > 0)
    suspects.suspect("the Landlock domain that this process lives in");
  suspect_modules(suspects, scene);
}

Ability cgroup_ability(const DoctorScene& scene) {
  Ability ability = that_works("cgroup", "control groups", "");
  const auto controllers = fact_of(scene, "cgroup.controllers");
  const bool unified = worked(scene, "cgroup.unified"),
             has_controllers = controllers && !controllers->empty();
  const bool first = worked(scene, "cgroup.memory") && worked(scene, "cgroup.pids");
  ability.claims = {
      {"version", unified && has_controllers ? nlohmann::json(2)
                  : first                    ? nlohmann::json(1)
                                             : nlohmann::json(nullptr)},
      {"controllers", controllers ? nlohmann::json(escaped(*controllers)) : nlohmann::json(nullptr)}};
  if (unified && has_controllers)
    ability.detail = fmt::format("groups may be made below its own; controllers: {}", escaped(*controllers));
  else if (first)
    ability.detail = "groups may be made below its own (version 1)";
  if (!ability.detail.empty())
    return ability;
  const bool second_version = trial_of(scene, "cgroup.memory").end == TrialEnd::untried;
  const Trial trial = trial_of(scene, second_version ? "cgroup.unified" : "cgroup.memory");
  if (unified && second_version)
    return not_known("cgroup", "control groups",
                     "its group may be written to, and no controller is delegated");
  Suspects suspects;
  if (trial.error == ENOENT)
    suspects.establish(Cause::not_mounted,
                       "no hierarchy of control groups is mounted where this process sees it");
  else
    say_who_forbids_a_file(suspects, scene, trial, "its control group");
  return decided(std::move(ability), scene, trial, std::move(suspects));
}

Ability bpf_ability(const DoctorScene& scene) {
  Ability ability = that_works("bpf", "BPF", "");
  const auto off = fact_of(scene, "sysctl.kernel/unprivileged_bpf_disabled");
  const Trial trial = trial_of(scene, "bpf.map");
  if (trial.end == TrialEnd::ok)
    return ability;
  Suspects suspects;
  if (filter_sight(scene, "bpf.bad") == FilterSight::refuses)
    suspects.establish(Cause::seccomp_filter, filter_answers(scene, "bpf.bad", "bpf"));
  const bool privileged =
      holds_initially(scene, "CAP_BPF") != false || holds_initially(scene, "CAP_SYS_ADMIN") != false;
  if (trial.error == EPERM && !privileged && off && off != "0")
    suspects.establish(Cause::bpf_switch,
                       fmt::format("kernel.unprivileged_bpf_disabled is {}, and this process has no "
                                   "CAP_BPF in the initial user namespace",
                                   escaped(*off, 20)));
  if (trial.error == ENOSYS && is_filtered(scene) == false)
    suspects.establish(Cause::not_built, "this kernel has no bpf(2)");
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
  return decided(std::move(ability), scene, trial, std::move(suspects));
}

Ability btf_ability(const DoctorScene& scene) {
  Ability ability = that_works("btf", "types of the kernel (BTF)", "");
  const Trial trial = trial_of(scene, "btf");
  if (trial.end == TrialEnd::ok)
    return ability;
  Suspects suspects;
  if (trial.error == ENOENT) { // absence of the file alone does not tell: /sys may not be there
    suspects.suspect("a kernel without DEBUG_INFO_BTF");
    suspects.suspect("a /sys that is not mounted, or covered");
  } else {
    say_who_forbids_a_file(suspects, scene, trial, "/sys/kernel/btf/vmlinux");
  }
  return decided(std::move(ability), scene, trial, std::move(suspects));
}

Ability ptrace_ability(const DoctorScene& scene) {
  Ability ability = that_works("ptrace", "tracing of children", "");
  const Trial trial = trial_of(scene, "ptrace.child");
  if (trial.end == TrialEnd::ok)
    return ability;
  Suspects suspects;
  if (filter_sight(scene, "ptrace.bad") == FilterSight::refuses)
    suspects.establish(Cause::seccomp_filter, filter_answers(scene, "ptrace.bad", "ptrace"));
  const bool strict = scene.ptrace_scope == "2" || scene.ptrace_scope == "3";
  if (trial.error == EPERM && strict &&
      (scene.ptrace_scope == "3" || holds(scene, "CAP_SYS_PTRACE") == false))
    suspects.establish(Cause::yama, "kernel.yama.ptrace_scope is " + *scene.ptrace_scope);
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
  return decided(std::move(ability), scene, trial, std::move(suspects));
}

Ability refused(std::string id, std::string title, Cause cause, std::string words) {
  Ability ability = that_works(std::move(id), std::move(title), "");
  ability.outcome = TrialOutcome::refused;
  ability.refuser = Refuser{cause, std::move(words)};
  ability.remedy = remedy_for(cause, ability.id);
  return ability;
}

// Not tried: whether a setuid program that is there would gain anything.
Ability setuid_ability(const DoctorScene& scene) {
  constexpr const char *id = "setuid", *title = "setuid programs";
  if (!scene.status || !scene.status->no_new_privs)
    return not_known(id, title, "whether no_new_privs is set was not seen");
  if (*scene.status->no_new_privs)
    return refused(id, title, Cause::no_new_privs, "no_new_privs is set on this process");
  Ability ability = that_works(id, title, "no_new_privs is not set");
  const auto& bounding = scene.status->cap_bnd;
  ability.claims = {{"admin", bounding ? nlohmann::json((*bounding & capability_bit("CAP_SYS_ADMIN")) != 0)
                                       : nlohmann::json(nullptr)}};
  return ability;
}

Ability subids_ability(const DoctorScene& scene, const Ability& setuid) {
  constexpr const char *id = "subids", *title = "subordinate ids";
  const auto users = fact_of(scene, "subuid"), groups = fact_of(scene, "subgid"),
             tool = fact_of(scene, "program.newuidmap");
  const auto given = [](const std::optional<std::string>& count) { return count && *count != "0"; };
  if (own_uid(scene) == 0U && holds(scene, "CAP_SETUID") == true)
    return that_works(id, title, "root may write any map");
  if (!given(users) || !given(groups))
    return refused(id, title, Cause::no_subordinate_ids, "the user has none in /etc/subuid and /etc/subgid");
  if (!tool || tool->starts_with("plain"))
    return refused(id, title, Cause::no_subordinate_ids,
                   tool ? "newuidmap has no privilege of its own" : "newuidmap is not installed");
  if (setuid.outcome == TrialOutcome::refused)
    return for_want_of(that_works(id, title, ""), setuid);
  return that_works(id, title, fmt::format("{} user ids, by newuidmap", escaped(*users, 20)));
}

Ability service_ability(const DoctorScene& scene, const char* id, const char* title, const char* trial_id,
                        const char* what) {
  Ability ability = that_works(id, title, "");
  const Trial trial = trial_of(scene, trial_id);
  if (trial.end == TrialEnd::ok)
    return ability;
  Suspects suspects;
  if (trial.error == ENOENT || trial.error == ECONNREFUSED)
    suspects.establish(Cause::not_running, fmt::format("nobody listens on {}", what));
  else if (trial.error == EACCES)
    say_who_forbids_a_file(suspects, scene, trial, what);
  suspect_filter(suspects, scene);
  return decided(std::move(ability), scene, trial, std::move(suspects));
}

} // namespace

Abilities feature_abilities(const DoctorScene& scene) {
  const Ability setuid = setuid_ability(scene);
  return {cgroup_ability(scene),
          kvm_ability(scene),
          bpf_ability(scene),
          btf_ability(scene),
          ptrace_ability(scene),
          device_ability(scene, "tun", "network devices of its own (tun)", "/dev/net/tun"),
          subids_ability(scene, setuid),
          setuid,
          service_ability(scene, "docker", "Docker's socket", "docker.socket", "/var/run/docker.sock"),
          service_ability(scene, "systemd", "systemd's socket", "systemd.socket", "/run/systemd/private")};
}

} // namespace sbx
