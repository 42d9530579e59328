#include "parse/lsm_list.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>

namespace sbx {

namespace {

bool is_lsm_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// Calls with(item) for each item of a comma-separated list; stops when it returns false.
template <class With> bool each_item(std::string_view list, With&& with) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (!with(list.substr(0, comma)))
      return false;
    if (comma == std::string_view::npos)
      return true;
    list.remove_prefix(comma + 1);
  }
}

} // namespace

Parsed<std::vector<std::string>> parse_lsm_list(std::string_view text) {
  std::vector<std::string> names;
  const bool whole = each_item(trimmed(text), [&](std::string_view name) {
    names.emplace_back(name);
    return is_lsm_name(name);
  });
  if (!whole)
    return malformed("not a list of LSMs: " + escaped(text, 80));
  return names;
}

Parsed<std::vector<std::uint64_t>> parse_lsm_ids(std::string_view text) {
  std::vector<std::uint64_t> ids;
  const bool whole = each_item(trimmed(text), [&](std::string_view item) {
    const auto id = number<std::uint64_t>(item);
    if (id)
      ids.push_back(*id);
    return id.has_value();
  });
  if (!whole)
    return malformed("not a list of LSM ids: " + escaped(text, 80));
  return ids;
}

Parsed<std::string> parse_lockdown(std::string_view text) {
  const std::size_t open = text.find('['), close = text.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2)
    return malformed("no level in brackets: " + escaped(text, 80));
  const std::string_view level = text.substr(open + 1, close - open - 1);
  if (!is_lsm_name(level))
    return malformed("not a lockdown level: " + escaped(level, 40));
  return std::string(level);
}

} // namespace sbx
