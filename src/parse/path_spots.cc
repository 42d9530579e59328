#include "parse/path_spots.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/key_number.h"

#include <unordered_set>

namespace sbx {

namespace {

// Without a vector of words, for there are lines of many thousand paths.
std::string_view next_word(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return word;
}

Parsed<PathSpot> parse_line(std::string_view line) {
  const std::string_view whole = line;
  PathSpot spot;
  if (!unescape(next_word(line), spot.path) || spot.path.empty())
    return malformed("no path: " + escaped(whole, 80));
  if (line.starts_with('!')) {
    const auto error = errno_from_name(line.substr(1));
    if (!error)
      return malformed("not an errno: " + escaped(whole, 80));
    spot.found = tl::unexpected<int>(*error);
    return spot;
  }
  Spot found;
  if (!read_key(next_word(line), "mnt=", found.mount) ||
      !read_device(next_word(line), "dev=", found.major, found.minor) ||
      !read_key(next_word(line), "inode=", found.inode) || !read_key(line, "mode=", found.mode, 8))
    return malformed("not what stands at a path: " + escaped(whole, 80));
  spot.found = found;
  return spot;
}

} // namespace

Parsed<std::vector<PathSpot>> parse_path_spots(std::string_view text) {
  auto spots = parse_each_line<PathSpot>(text, parse_line);
  if (!spots)
    return spots;
  std::unordered_set<std::string_view> paths;
  for (const PathSpot& spot : *spots)
    if (!paths.insert(spot.path).second)
      return malformed("asked about twice: " + escaped(spot.path, 80));
  return spots;
}

} // namespace sbx
