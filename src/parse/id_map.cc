#include "parse/id_map.h"

#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

Parsed<std::vector<IdRange>> parse_id_map(std::string_view text) {
  std::vector<IdRange> ranges;
  const bool whole = each_line(text, [&](std::string_view line) {
    const auto parts = words(line);
    if (parts.size() != 3)
      return false;
    const auto inside = number<std::uint32_t>(parts[0]), outside = number<std::uint32_t>(parts[1]),
               count = number<std::uint32_t>(parts[2]);
    if (!inside || !outside || !count)
      return false;
    ranges.push_back({*inside, *outside, *count});
    return true;
  });
  if (!whole || cut_off(text))
    return malformed("not an id map: " + escaped(text, 80));
  return ranges;
}

} // namespace sbx
