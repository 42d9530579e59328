#include "doctor/namespace_abilities.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "doctor/filter_sight.h"
#include "doctor/suspects.h"
#include "doctor/userns_ability.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::string_view alone = "alone.", inside = "inside.";

struct Kind {
  const char *name, *title;
};

constexpr Kind kinds[] = {{"mnt", "mount namespace"},     {"pid", "process namespace"},
                          {"net", "network namespace"},   {"ipc", "IPC namespace"},
                          {"uts", "host name namespace"}, {"cgroup", "cgroup namespace"},
                          {"time", "time namespace"}};

std::string id_of(std::string_view prefix, std::string_view step) {
  return std::string(prefix) + std::string(step);
}

Suspects who_forbids_the_kind(const DoctorScene& scene, std::string_view prefix, std::string_view kind,
                              const Trial& trial) {
  Suspects suspects;
  const std::string experiment = fmt::format("unshare.{}.bad", kind);
  if (filter_sight(scene, experiment) == FilterSight::refuses)
    suspects.establish(Cause::seccomp_filter,
                       filter_answers(scene, experiment, fmt::format("unshare for a {} namespace", kind)));
  if (trial.error == ENOSPC)
    suspects.establish(
        Cause::namespace_limit,
        fmt::format(
            "the limit user.max_{}_namespaces, here {}, or that of an outer user namespace{}", kind,
            escaped(fact_of(scene, fmt::format("sysctl.user/max_{}_namespaces", kind)).value_or("not seen"),
                    20),
            kind == "pid" ? ", or 32 levels" : ""));
  if (trial.error == EINVAL && failed_with(scene, fmt::format("ns.{}", kind), ENOENT))
    suspects.establish(Cause::not_built, fmt::format("this kernel has no {} namespaces", kind));
  if (trial.error == EPERM && prefix == alone && holds(scene, "CAP_SYS_ADMIN") == false)
    suspects.establish(Cause::capability, "this process has no CAP_SYS_ADMIN");
  if ((trial.error == EPERM || trial.error == EACCES) && prefix == inside)
    if (const auto apparmor = apparmor_restricts(scene))
      suspects.established.push_back(*apparmor);
  if (!suspects.established.empty())
    return suspects;
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
  return suspects;
}

Ability kind_ability(const DoctorScene& scene, const Kind& kind, const Ability& userns) {
  Ability ability = that_works(fmt::format("ns.{}", kind.name), kind.title, "");
  const Trial by_itself = trial_of(scene, id_of(alone, kind.name)),
              below = trial_of(scene, id_of(inside, kind.name));
  const bool usable = userns.outcome == TrialOutcome::works;
  ability.claims = {{"alone", by_itself.end == TrialEnd::ok},
                    {"in_user_namespace", usable && below.end == TrialEnd::ok}};
  if (by_itself.end == TrialEnd::ok || (usable && below.end == TrialEnd::ok)) {
    ability.detail = by_itself.end != TrialEnd::ok ? "in a user namespace" : "";
    return ability;
  }
  // Who may do it alone needs no user namespace, so what refused that is what counts.
  if (holds(scene, "CAP_SYS_ADMIN") == true)
    return decided(std::move(ability), scene, by_itself,
                   who_forbids_the_kind(scene, alone, kind.name, by_itself));
  if (usable)
    return decided(std::move(ability), scene, below, who_forbids_the_kind(scene, inside, kind.name, below));
  ability = for_want_of(std::move(ability), userns);
  ability.detail = "no CAP_SYS_ADMIN, and no user namespace to have it in";
  return ability;
}

// Something of a file was refused to this process that its owner and mode allow.
bool lives_in_a_file_domain(const DoctorScene& scene) {
  return landlock_depth(scene).value_or(0) > 0 &&
         std::any_of(scene.landlock->present.begin(), scene.landlock->present.end(), [](const auto& attempt) {
           return attempt.ordinary == "ok" && attempt.outcome == "EACCES" &&
                  !attempt.right.ends_with("_tcp") && !attempt.right.ends_with("_udp");
         });
}

Suspects who_forbids_the_mount(const DoctorScene& scene, std::string_view prefix, const Trial& trial) {
  Suspects suspects;
  const bool is_proc = trial.id.ends_with("mount.proc"), is_pivot = trial.id.ends_with("pivot_root");
  const std::string pivot = id_of(prefix, "pivot_root.bad");
  if (filter_sight(scene, "mount.bad") == FilterSight::refuses)
    suspects.establish(Cause::seccomp_filter, filter_answers(scene, "mount.bad", "mount"));
  else if (is_pivot && filter_sight(scene, pivot) == FilterSight::refuses)
    suspects.establish(Cause::seccomp_filter, filter_answers(scene, pivot, "pivot_root"));
  const bool no = trial.error == EPERM || trial.error == EACCES;
  if (const auto apparmor = apparmor_restricts(scene); no && apparmor && prefix == inside)
    suspects.established.push_back(*apparmor);
  const auto profile = confining_profile(scene);
  if (trial.error == EACCES && profile)
    suspects.establish(Cause::lsm_policy, "the AppArmor profile " + *profile);
  // A domain that handles files forbids every mount (security/landlock/fs.c); that of ports alone does not.
  if (trial.error == EPERM && lives_in_a_file_domain(scene))
    suspects.establish(Cause::landlock_domain, "the Landlock domain that this process lives in");
  if (is_proc && trial.error == EPERM && worked(scene, id_of(prefix, "mount.tmpfs")))
    if (const auto masks = proc_masks(scene); masks && !masks->empty())
      suspects.establish(Cause::masked_proc,
                         "a part of /proc is covered, so the kernel gives no fresh one: " +
                             escaped(some_of(*masks, 4), 200));
  if (is_pivot && trial.error == EINVAL && scene.mounts)
    for (const Mount& mount : *scene.mounts)
      if (mount.point == "/" && mount.type == "rootfs")
        suspects.establish(Cause::initramfs_root,
                           "the root is the initramfs, which nothing can be put in place of");
  if (!suspects.established.empty())
    return suspects;
  if (trial.error == EPERM && landlock_depth(scene).value_or(1) > 0)
    suspects.suspect(landlock_depth(scene)
                         ? "the Landlock domain that this process lives in"
                         : "a Landlock domain: whether this process lives in one was not seen");
  suspect_filter(suspects, scene);
  suspect_modules(suspects, scene);
  return suspects;
}

struct MountAbility {
  const char *id, *title;
  std::vector<const char*> steps; // the first that does not work decides
};

// "mount" needs the namespace; what stands below it, the steps before.
const std::vector<MountAbility>& mount_rows() {
  static const std::vector<MountAbility> rows{
      {"loopback", "a loopback interface", {"net", "loopback"}},
      {"mount", "mounts", {"mnt", "mount.private", "mount.tmpfs", "mount.bind", "mount.readonly"}},
      {"mount.proc", "a fresh /proc", {"mnt", "pid", "mount.private", "mount.proc"}},
      {"mount.devpts", "a fresh /dev/pts", {"mnt", "mount.private", "mount.tmpfs", "mount.devpts"}},
      {"pivot_root", "another root (pivot_root)", {"mnt", "mount.private", "mount.tmpfs", "pivot_root"}},
  };
  return rows;
}

std::string first_failure(const DoctorScene& scene, std::string_view prefix, const MountAbility& row) {
  for (const char* step : row.steps)
    if (!worked(scene, id_of(prefix, step)))
      return step;
  return {};
}

Ability mount_ability(const DoctorScene& scene, const MountAbility& row, const Ability& userns,
                      const Abilities& namespaces) {
  Ability ability = that_works(row.id, row.title, "");
  const bool usable = userns.outcome == TrialOutcome::works;
  const std::string by_itself = first_failure(scene, alone, row), below = first_failure(scene, inside, row);
  ability.claims = {{"alone", by_itself.empty()}, {"in_user_namespace", usable && below.empty()}};
  if (by_itself.empty() || (usable && below.empty())) {
    ability.detail = by_itself.empty() ? "" : "in a user namespace";
    return ability;
  }
  const bool privileged = holds(scene, "CAP_SYS_ADMIN") == true;
  if (!privileged && !usable)
    return for_want_of(std::move(ability), userns);
  const bool as_it_is = !usable || (privileged && worked(scene, id_of(alone, row.steps.front())));
  const std::string_view prefix = as_it_is ? alone : inside;
  const std::string& step = as_it_is ? by_itself : below;
  if (const Ability* kind = find_ability(namespaces, "ns." + step))
    return for_want_of(std::move(ability), *kind);
  const Trial trial = trial_of(scene, id_of(prefix, step));
  return decided(std::move(ability), scene, trial, who_forbids_the_mount(scene, prefix, trial));
}

} // namespace

Abilities namespace_abilities(const DoctorScene& scene, const Ability& userns) {
  Abilities abilities;
  for (const Kind& kind : kinds)
    abilities.push_back(kind_ability(scene, kind, userns));
  const Abilities namespaces = abilities;
  for (const MountAbility& row : mount_rows())
    abilities.push_back(mount_ability(scene, row, userns, namespaces));
  return abilities;
}

} // namespace sbx
