#include "core/nearest_name.h"

#include <algorithm>
#include <vector>

namespace sbx {

namespace {

constexpr std::size_t longest = 64; // no name of ours is longer

// Steps between the two, a swap of neighbours being one.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before(right.size() + 1), last(right.size() + 1), row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t changed = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[right.size()];
}

} // namespace

std::optional<std::string_view> nearest_name(std::string_view name, std::span<const std::string_view> known) {
  std::optional<std::string_view> nearest;
  std::size_t least = std::min(name.size(), std::size_t{9}) / 3 + 1; // 1 of two letters, 3 of nine
  if (name.size() > longest)
    return nearest;
  for (const std::string_view each : known) {
    if (name.size() >= 4 && each.starts_with(name))
      return each;
    const std::size_t steps = each.size() > longest ? least : distance(name, each);
    if (steps < least) {
      least = steps;
      nearest = each;
    }
  }
  return nearest;
}

} // namespace sbx
