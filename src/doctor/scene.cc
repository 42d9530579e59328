#include "doctor/scene.h"

#include "parse/id_map.h"
#include "probes/seccomp_reach.h"
#include "probes/witness.h"
#include "rules/capability_names.h"
#include "rules/initial_ns.h"
#include "rules/landlock_answer.h"

#include <algorithm>

namespace sbx {

namespace {

template <class T> std::optional<T> seen(const Observation<T>& observation) {
  return observation.match([](const Seen<T>& it) { return std::optional(it.value()); },
                           [](const Gap&) { return std::optional<T>(); });
}

std::optional<bool> lives_in_the_initial_user_ns(Witness& witness) {
  const auto tasks = seen(witness.self_ns());
  if (!tasks || tasks->size() != 1)
    return std::nullopt;
  const auto inode = tasks->front().inodes.find("user");
  if (inode == tasks->front().inodes.end() || !inode->second || !numbered_by_linux(*inode->second))
    return std::nullopt;
  return is_initial_ns("user", *inode->second, std::nullopt);
}

std::optional<bool> maps(const DoctorScene& scene, std::string_view key,
                         std::optional<std::array<std::uint32_t, 4>> ids) {
  const Property* map = scene.trials.fact(key);
  if (!map || !map->value || !ids)
    return std::nullopt;
  if (map->value->empty())
    return false;
  const auto ranges = parse_id_map(*map->value);
  if (!ranges)
    return std::nullopt;
  const std::uint64_t id = (*ids)[1];
  return std::any_of(ranges->begin(), ranges->end(), [&](const IdRange& range) {
    return id >= range.inside && id - range.inside < range.count;
  });
}

struct RealCall {
  const char* experiment;
  Syscalls calls;
};

// The calls that the trials make, with the argument that decides.
std::vector<RealCall> real_calls() {
  constexpr std::uint32_t sigchld = 17, new_user = 0x10000000, set_mode_filter = 1,
                          seize = 0x4206; // as Linux has them
  const auto unshare = [](std::uint32_t flag) { return Syscalls{{{"unshare", {0, flag}}}}; };
  return {{"unshare.user.bad", unshare(new_user)},
          {"clone.user.bad", {{{"clone", {0, new_user | sigchld}}}}},
          {"unshare.mnt.bad", unshare(0x00020000)},
          {"unshare.cgroup.bad", unshare(0x02000000)},
          {"unshare.uts.bad", unshare(0x04000000)},
          {"unshare.ipc.bad", unshare(0x08000000)},
          {"unshare.pid.bad", unshare(0x20000000)},
          {"unshare.net.bad", unshare(0x40000000)},
          {"unshare.time.bad", unshare(0x00000080)},
          {"mount.bad", {{{"mount"}}}},
          {"inside.pivot_root.bad", {{{"pivot_root"}}}},
          {"alone.pivot_root.bad", {{{"pivot_root"}}}},
          {"seccomp.filter.bad", {{{"seccomp", {0, set_mode_filter}}}}},
          {"ptrace.bad", {{{"ptrace", {0, seize}}}}},
          {"bpf.bad", {{{"bpf", {0, 0}}}}}};
}

// Only who may read kernel memory is asked to; for others it would take time and end in nothing.
void decode_filters(DoctorScene& scene, Witness& witness) {
  const bool may =
      holds_initially(scene, "CAP_BPF") == true || holds_initially(scene, "CAP_SYS_ADMIN") == true;
  if (is_filtered(scene) != true || !may)
    return;
  const auto tasks = seen(witness.tasks());
  if (!tasks || tasks->tasks.size() != 1)
    return;
  for (const RealCall& call : real_calls())
    if (native_seccomp_reach(witness, tasks->tasks.front(), call.calls).answer == Answer::no)
      scene.refused_by_program.insert(call.experiment);
}

} // namespace

DoctorScene gather_scene(Witness& witness) {
  DoctorScene scene;
  witness.trials(source::self_trials)
      .match([&](const Seen<Trials>& it) { scene.trials = it.value(); },
             [&](const Gap& gap) { scene.no_trials = gap.detail; });
  scene.launchers = seen(witness.trials(source::self_launchers));
  scene.status = seen(witness.self_status());
  scene.initial_user_ns = lives_in_the_initial_user_ns(witness);
  scene.landlock = seen(witness.landlock_trial());
  scene.lsms = seen(witness.active_lsms());
  scene.mounts = seen(witness.own_mounts());
  scene.lockdown = seen(witness.lockdown());
  scene.ptrace_scope = seen(witness.text(source::host_ptrace_scope));
  scene.release = seen(witness.text(source::host_osrelease));
  decode_filters(scene, witness);
  return scene;
}

Trial trial_of(const DoctorScene& scene, std::string_view id) {
  const Trial* found = scene.trials.find(id);
  return found ? *found : Trial{std::string(id), TrialEnd::untried, 0};
}

bool worked(const DoctorScene& scene, std::string_view id) { return trial_of(scene, id).end == TrialEnd::ok; }

bool failed_with(const DoctorScene& scene, std::string_view id, int error) {
  const Trial trial = trial_of(scene, id);
  return trial.end == TrialEnd::error && trial.error == error;
}

std::optional<std::string> fact_of(const DoctorScene& scene, std::string_view key) {
  const Property* fact = scene.trials.fact(key);
  if (!fact || !fact->value)
    return std::nullopt;
  std::string text = *fact->value;
  text.erase(text.find_last_not_of(std::string_view(" \t\n\0", 4)) + 1);
  return text;
}

std::optional<bool> is_filtered(const DoctorScene& scene) {
  return scene.status && scene.status->seccomp ? std::optional(*scene.status->seccomp != 0) : std::nullopt;
}

std::optional<bool> holds(const DoctorScene& scene, std::string_view capability) {
  if (!scene.status || !scene.status->cap_eff)
    return std::nullopt;
  return (*scene.status->cap_eff & capability_bit(capability)) != 0;
}

std::optional<bool> holds_initially(const DoctorScene& scene, std::string_view capability) {
  const auto held = holds(scene, capability);
  if (held == false || scene.initial_user_ns == false)
    return false;
  return held && scene.initial_user_ns ? std::optional(true) : std::nullopt;
}

std::optional<bool> has_lsm(const DoctorScene& scene, std::string_view name) {
  if (!scene.lsms)
    return std::nullopt;
  return std::find(scene.lsms->begin(), scene.lsms->end(), name) != scene.lsms->end();
}

std::optional<unsigned> landlock_depth(const DoctorScene& scene) {
  if (!scene.landlock)
    return std::nullopt;
  if (scene.landlock->depth)
    return *scene.landlock->depth;
  if (landlock_answer(scene.landlock->abi, is_filtered(scene).value_or(true), scene.lsms).none_can_exist)
    return 0;
  return std::nullopt;
}

std::optional<unsigned> own_uid(const DoctorScene& scene) {
  return scene.status && scene.status->uid ? std::optional<unsigned>((*scene.status->uid)[1]) : std::nullopt;
}

std::optional<bool> ids_are_mapped(const DoctorScene& scene) {
  if (!scene.status)
    return std::nullopt;
  const auto uid = maps(scene, "uid_map", scene.status->uid), gid = maps(scene, "gid_map", scene.status->gid);
  if (uid == false || gid == false)
    return false;
  return uid && gid ? std::optional(true) : std::nullopt;
}

std::optional<std::vector<std::string>> proc_masks(const DoctorScene& scene) {
  if (!scene.mounts)
    return std::nullopt;
  std::vector<std::string> masks;
  for (const Mount& mount : *scene.mounts)
    if (mount.point.starts_with("/proc/") && mount.type != "binfmt_misc" && mount.type != "autofs" &&
        std::find(masks.begin(), masks.end(), mount.point) == masks.end())
      masks.push_back(mount.point);
  return masks;
}

} // namespace sbx
