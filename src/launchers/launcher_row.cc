#include "launchers/launcher_row.h"

#include <algorithm>

namespace sbx {

const std::vector<LauncherRow>& launcher_rows() {
  static const std::vector<LauncherRow> rows = [] {
    std::vector<LauncherRow> all;
    for (auto part : {container_rows(), sandbox_tool_rows(), machine_rows(), agent_rows()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return rows;
}

bool fits(std::string_view pattern, std::string_view text) {
  const bool open_front = pattern.starts_with('*'), open_back = pattern.size() > 1 && pattern.ends_with('*');
  if (open_front)
    pattern.remove_prefix(1);
  if (open_back)
    pattern.remove_suffix(1);
  if (open_front && open_back)
    return text.find(pattern) != text.npos;
  return open_front ? text.ends_with(pattern) : open_back ? text.starts_with(pattern) : text == pattern;
}

bool fits_any(const std::vector<std::string_view>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](std::string_view pattern) { return fits(pattern, text); });
}

} // namespace sbx
