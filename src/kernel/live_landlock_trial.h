// What does Landlock answer us, and does it work? Asked in a forked child; the dialect of
// parse/landlock_trial.h.
#pragma once

#include "core/reading.h"

namespace sbx {

// With `present`, what the domain that we already live in forbids is tried too (kernel/landlock_present.h).
Reading read_landlock_trial(bool present);

} // namespace sbx
