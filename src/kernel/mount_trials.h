// What can be mounted by who has a mount namespace of its own? Steps of a chain of trials.
#pragma once

#include "kernel/trial_steps.h"

#include <memory>
#include <string>
#include <vector>

namespace sbx {

// What the steps of a chain made so far: without the namespace nothing may be tried that would change
// another's.
struct OwnSpaces {
  bool user = false, mnt = false, net = false, init = false; // init: in a process namespace of its own
  bool private_mounts = false;
};

// Behind `prefix`: mount.private, mount.proc, mount.tmpfs, mount.bind, mount.readonly, mount.devpts,
// pivot_root, loopback.
std::vector<TrialStep> mount_steps(const std::string& prefix, const std::shared_ptr<OwnSpaces>& own);

} // namespace sbx
