#include "parse/landlock_layers.h"

#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

Parsed<LandlockLayers> parse_landlock_layers(std::string_view text) {
  constexpr unsigned most_layers = 16; // LANDLOCK_MAX_NUM_LAYERS, security/landlock/limits.h
  LandlockLayers layers;
  std::string_view bad;
  const bool whole = each_line(text, [&](std::string_view line) {
    bad = line;
    const auto parts = words(line);
    const auto tid = parts.size() == 2 ? number<std::int64_t>(parts[0]) : std::nullopt;
    const auto count = parts.size() == 2 ? number<unsigned>(parts[1]) : std::nullopt;
    return tid && *tid > 0 && count && *count <= most_layers && layers.emplace(*tid, *count).second;
  });
  if (!whole)
    return malformed("not the layers of a task: " + escaped(bad, 60));
  if (cut_off(text) || layers.empty())
    return malformed("no task, or the last line is cut off");
  return layers;
}

} // namespace sbx
