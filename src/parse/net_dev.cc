#include "parse/net_dev.h"

#include "core/escape.h"
#include "parse/line.h"

#include <unordered_set>

namespace sbx {

Parsed<std::vector<std::string>> parse_net_dev(std::string_view text) {
  constexpr std::string_view head = "Inter-|", second = " face |";
  std::vector<std::string> names;
  std::unordered_set<std::string_view> known;
  std::size_t number = 0;
  std::string_view wrong;
  each_line(text, [&](std::string_view line) {
    if (number++ < 2) {
      if (!line.starts_with(number == 1 ? head : second))
        wrong = line;
      return wrong.empty();
    }
    const std::size_t colon = line.find(':'); // a name holds none (net/core/dev.c, dev_valid_name())
    const std::string_view name = colon == line.npos ? std::string_view() : trimmed(line.substr(0, colon));
    if (name.empty() || !known.insert(name).second) {
      wrong = line.empty() ? "an empty line" : line;
      return false;
    }
    names.emplace_back(name);
    return true;
  });
  if (!wrong.empty())
    return malformed("not a list of interfaces: " + escaped(wrong, 80));
  if (number < 2 || cut_off(text))
    return malformed("a list of interfaces that is cut off");
  return names;
}

} // namespace sbx
