// Which ids does a user namespace map? /proc/PID/uid_map and gid_map, user_namespaces(7).
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx {

struct IdRange {
  std::uint32_t inside = 0, outside = 0, count = 0; // outside: as the reader's own user namespace numbers it
};

Parsed<std::vector<IdRange>> parse_id_map(std::string_view text); // empty: nothing is mapped (yet)

} // namespace sbx
