// Where does each thread of the target stand? Written in the dialect of parse/roots.h.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

namespace sbx {

Reading read_roots(const ProcTarget& target);

} // namespace sbx
