// Who made a process, and what is it among its like? From what is above and below it.
#pragma once

#include "probes/witness.h"
#include "report/made_by.h"

#include <string>
#include <utility>
#include <vector>

namespace sbx {

// `layers`: what was found of that process.
MadeBy made_by(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers);

} // namespace sbx
