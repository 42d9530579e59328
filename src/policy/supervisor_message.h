// What does one message of OpenShell's supervisor mean, and which numbers and which path are in it?
#pragma once

#include "policy/supervisor_log.h"

namespace sbx {

struct SupervisorMessage {
  LogMeaning meaning = LogMeaning::other;
  std::optional<std::uint64_t> abi, rules, skipped, read_only, read_write;
  std::optional<std::string> path;
  bool understood = true; // false: it begins as one of those with numbers or a path, and goes on otherwise
};

// Of a change of configuration, or of a finding; nothing: it is about no layer. A finding may lack its uid.
std::optional<SupervisorMessage> read_config_message(std::string_view message);
std::optional<SupervisorMessage> read_finding(std::string_view uid, std::string_view title);

// Whether `text` begins with `prefix`, which is then taken off.
inline bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

} // namespace sbx
