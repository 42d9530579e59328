// What does one entry of a table of the older iptables match, and where does it lead?
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// linux/netfilter/x_tables.h, XT_STANDARD_TARGET: a verdict of netfilter, below zero, or the offset of a
// rule.
struct XtablesVerdict {
  std::int32_t number = 0;
  bool jumps = false; // goto: not returned from
};

struct XtablesEntry {
  std::size_t size = 0; // to the next one
  bool any = false;     // there is no condition at all
  std::string conditions;
  std::optional<XtablesVerdict> verdict;
  std::optional<std::string> error; // the name of the chain that begins behind this entry
  std::string target;               // line of any other target
};

// The one that begins `bytes`; nothing where it makes no sense.
std::optional<XtablesEntry> xtables_entry(bool v6, std::string_view bytes);

} // namespace sbx
