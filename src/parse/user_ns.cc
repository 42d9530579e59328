#include "parse/user_ns.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

Parsed<std::vector<UserNs>> parse_user_ns(std::string_view text) {
  constexpr std::string_view owner_key = "owner_uid=";
  std::vector<UserNs> chain;
  bool ended = false;
  const bool whole = each_line(text, [&](std::string_view line) {
    const auto parts = words(line);
    if (ended || parts.size() < 2)
      return false;
    if (parts[0] == "end" && parts.size() == 2) {
      ended = errno_from_name(parts[1]).has_value();
      return ended;
    }
    if (parts[0] != "user" || parts.size() != 3 || !parts[2].starts_with(owner_key))
      return false;
    const auto inode = number<std::uint64_t>(parts[1]);
    const auto owner = number<std::uint32_t>(parts[2].substr(owner_key.size()));
    if (!inode || !owner)
      return false;
    chain.push_back({*inode, *owner});
    return true;
  });
  if (!whole || cut_off(text) || !ended || chain.empty())
    return malformed("not a chain of user namespaces: " + escaped(text, 80));
  return chain;
}

} // namespace sbx
