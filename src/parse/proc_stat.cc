#include "parse/proc_stat.h"

#include "parse/line.h"

namespace sbx {

Parsed<ProcStat> parse_proc_stat(std::string_view text) {
  // The name is printed raw between parentheses and may hold any byte, so only the last one closes it.
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return malformed("no name in parentheses");
  if (cut_off(text))
    return malformed("the line is cut off");
  const auto fields = words(trimmed(text.substr(close + 1)));
  if (fields.size() < 20 || fields[0].size() != 1)
    return malformed("too few fields");
  const auto flags = number<std::uint64_t>(fields[6]);   // field 9
  const auto threads = number<std::int64_t>(fields[17]); // field 20
  const auto start = number<std::uint64_t>(fields[19]);  // field 22
  if (!flags || !threads || !start)
    return malformed("a field is no number");
  const bool tells_guest = fields.size() > 40; // field 43, since 2.6.24
  const auto guest = tells_guest ? number<std::uint64_t>(fields[40]) : std::nullopt;
  if (tells_guest && !guest)
    return malformed("a field is no number");
  ProcStat stat;
  stat.comm = text.substr(open + 1, close - open - 1);
  stat.state = fields[0][0];
  stat.flags = *flags;
  stat.threads = *threads;
  stat.start_ticks = *start;
  stat.guest_ticks = guest;
  return stat;
}

} // namespace sbx
