#include "doctor/filter_sight.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace sbx {

namespace {

struct Experiment {
  std::string_view ends;     // of the id
  std::array<int, 2> kernel; // what kernels answer
  bool in_every_kernel;      // so that ENOSYS is no kernel's answer (before 5.3 there is no clone3(2))
};

constexpr Experiment experiments[] = {
    {"clone3.bad", {EINVAL, EINVAL}, false},         // kernel/fork.c: the size of the arguments
    {"seccomp.filter.bad", {EFAULT, EINVAL}, false}, // kernel/seccomp.c: EINVAL without SECCOMP_FILTER
    {"seccomp.bad", {EINVAL, EINVAL}, false},
    {"bpf.bad", {E2BIG, EINVAL}, false},        // kernel/bpf/syscall.c
    {"ptrace.bad", {ESRCH, EIO}, true},         // kernel/ptrace.c: the process is looked for first
    {"pivot_root.bad", {EFAULT, EFAULT}, true}, // fs/namespace.c, for who may mount
    {"mount.bad", {EFAULT, EFAULT}, true},      // fs/namespace.c: the paths are copied first
    {".bad", {EINVAL, EINVAL}, true},           // unshare and clone, kernel/fork.c: the flags
};

// Debian's switch is looked at before the flags, by unshare(2), of who is not privileged.
bool answered_by_the_switch(const DoctorScene& scene, std::string_view experiment, const Trial& trial) {
  return experiment == "unshare.user.bad" && trial.error == EPERM &&
         fact_of(scene, "sysctl.kernel/unprivileged_userns_clone") == "0" &&
         holds_initially(scene, "CAP_SYS_ADMIN") != true;
}

} // namespace

FilterSight filter_sight(const DoctorScene& scene, std::string_view experiment) {
  const auto filtered = is_filtered(scene);
  if (filtered == false)
    return FilterSight::none;
  if (scene.refused_by_program.contains(experiment))
    return FilterSight::refuses;
  const Trial trial = trial_of(scene, experiment);
  // Another kernel (gVisor), or a tracer, may answer otherwise too: a filter is blamed where one was seen.
  const FilterSight somebody = filtered ? FilterSight::refuses : FilterSight::unclear;
  if (trial.end == TrialEnd::killed ||
      trial.end == TrialEnd::ok) // that it makes no sense, no kernel overlooks
    return somebody;
  if (trial.end != TrialEnd::error)
    return FilterSight::unclear;
  const auto* row = std::find_if(std::begin(experiments), std::end(experiments),
                                 [&](const Experiment& it) { return experiment.ends_with(it.ends); });
  if (std::find(row->kernel.begin(), row->kernel.end(), trial.error) != row->kernel.end())
    return FilterSight::passes;
  if ((trial.error == ENOSYS && !row->in_every_kernel) || answered_by_the_switch(scene, experiment, trial))
    return FilterSight::unclear;
  // Before 5.19 who may not use BPF was told so first.
  if (experiment == "bpf.bad" && trial.error == EPERM && holds_initially(scene, "CAP_BPF") != true &&
      holds_initially(scene, "CAP_SYS_ADMIN") != true &&
      fact_of(scene, "sysctl.kernel/unprivileged_bpf_disabled") != "0")
    return FilterSight::unclear;
  return somebody;
}

} // namespace sbx
