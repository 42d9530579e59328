// How is a reading of Landlock domains written down? As the lines of target/landlock; docs describe the
// dialect.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_calibration.h"
#include "kernel/landlock_record.h"

namespace sbx {

// Kernel addresses never appear: domains are numbered from 1 in the order in which tasks name them. A domain
// that contradicts itself (layers out of range, a chain of another length) refuses the whole reading with
// EBADMSG.
Reading landlock_text(const landlock_layout& layout, const LandlockOffset& offset,
                      const LandlockSnapshot& snapshot, bool settled);

} // namespace sbx
