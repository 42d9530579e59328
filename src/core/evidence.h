// What was asked in this run, and what was answered? The recording of it replays to the same report.
#pragma once

#include "core/reading.h"
#include "core/source.h"

#include <map>

namespace sbx {

using Evidence = std::map<Source, Reading>;

} // namespace sbx
