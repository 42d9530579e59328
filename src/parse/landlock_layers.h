// How many Landlock layers does each task of the machine live under? The dialect of host/landlock, a line a
// task, by number:
//
//   4242 2
//   4243 0
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace sbx {

using LandlockLayers = std::unordered_map<std::int64_t, unsigned>; // by thread

Parsed<LandlockLayers> parse_landlock_layers(std::string_view text);

} // namespace sbx
