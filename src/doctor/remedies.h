// What helps against who said no? Text that fits the cause and what was asked for; empty where nothing is
// known to.
#pragma once

#include "doctor/ability.h"

#include <string>
#include <string_view>

namespace sbx {

std::string remedy_for(Cause cause, std::string_view ability);

} // namespace sbx
