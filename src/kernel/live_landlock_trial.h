// What does Landlock answer us, and does it work? Asked in a forked child; the dialect of
// parse/landlock_trial.h.
#pragma once

#include "core/reading.h"

namespace sbx {

Reading read_landlock_trial();

} // namespace sbx
