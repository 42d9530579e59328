// Does the target have files of its own: its own mounts, its own root, and nothing of the host that it may
// write to? mount_namespaces(7), pivot_root(2), chroot(2).
#pragma once

#include "core/finding.h"
#include "probes/witness.h"

namespace sbx {

Finding filesystem(Witness& witness);

} // namespace sbx
