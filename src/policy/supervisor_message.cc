#include "policy/supervisor_message.h"

#include "parse/line.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

SupervisorMessage only(LogMeaning meaning) {
  SupervisorMessage said;
  said.meaning = meaning;
  return said;
}

// "rules_applied:5 skipped:1]": no path is in these, so the first bracket ends them.
SupervisorMessage numbers(LogMeaning meaning, std::string_view context) {
  SupervisorMessage said = only(meaning);
  const std::size_t end = context.find(']');
  said.understood = end != std::string_view::npos;
  context = context.substr(0, end);
  while (!context.empty() && said.understood) {
    const std::string_view word = context.substr(0, context.find(' '));
    context.remove_prefix(std::min(context.size(), word.size() + 1));
    const std::string_view key = word.substr(0, word.find(':'));
    std::string_view value = word.substr(std::min(word.size(), key.size() + 1));
    std::optional<std::uint64_t>* field = key == "abi"             ? &said.abi
                                          : key == "rules_applied" ? &said.rules
                                          : key == "skipped"       ? &said.skipped
                                          : key == "ro"            ? &said.read_only
                                          : key == "rw"            ? &said.read_write
                                                                   : nullptr;
    if (!field)
      continue;
    if (key == "abi" && (value.starts_with('v') || value.starts_with('V')))
      value.remove_prefix(1);
    const auto count = number<std::uint64_t>(value);
    said.understood = !*field && count; // twice: which one?
    *field = count;
  }
  const bool all = meaning == LogMeaning::landlock_built ? said.rules && said.skipped
                                                         : said.abi && said.read_only && said.read_write;
  said.understood = said.understood && all;
  return said;
}

// "path:/opt/data error:failed to open "/opt/data": Permission denied (os error 13)]". The path is not
// escaped, and may hold " error:" itself. The words of the crate repeat it, which tells where it ends. Where
// they do not, as in the documentation, it ends at the only " error:"; where there are several, it is not
// known which.
SupervisorMessage skipped_path(std::string_view context) {
  SupervisorMessage said = only(LogMeaning::landlock_path_skipped);
  if (!take_prefix(context, "path:/") || !context.ends_with(']')) {
    said.understood = false;
    return said;
  }
  context.remove_suffix(1);
  constexpr std::string_view mark = " error:", again = " error:failed to open \"/";
  std::size_t marks = 0;
  std::optional<std::size_t> end, repeated;
  for (std::size_t at = context.find(mark); at != std::string_view::npos && marks < 64;
       at = context.find(mark, at + 1)) {
    ++marks;
    end = at;
    const std::string_view path = context.substr(0, at), rest = context.substr(at);
    if (rest.starts_with(again) && rest.substr(again.size()).starts_with(path) &&
        rest.substr(again.size() + path.size()).starts_with("\": ")) {
      if (repeated)
        return said; // two ways to read it
      repeated = at;
    }
  }
  if (repeated)
    end = repeated;
  else if (marks != 1)
    return said;
  said.path = "/" + std::string(context.substr(0, *end));
  return said;
}

bool speaks_of_a_layer(std::string_view text) {
  constexpr std::array words{"landlock", "seccomp", "namespace", "bypass"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
             return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           }) != text.end();
  });
}

} // namespace

// It begins with words of the program, and paths come later.
std::optional<SupervisorMessage> read_config_message(std::string_view message) {
  std::string_view rest = message;
  if (take_prefix(rest, "Landlock filesystem sandbox available ["))
    return numbers(LogMeaning::landlock_available, rest);
  if (take_prefix(rest, "Applying Landlock filesystem sandbox ["))
    return numbers(LogMeaning::landlock_applying, rest);
  if (take_prefix(rest, "Landlock ruleset built ["))
    return numbers(LogMeaning::landlock_built, rest);
  if (take_prefix(rest, "Skipping inaccessible Landlock path (best-effort) [") ||
      take_prefix(rest, "Skipping inaccessible Landlock path for current user ["))
    return skipped_path(rest);
  if (rest.starts_with("Landlock filesystem sandbox skipped: no paths configured"))
    return only(LogMeaning::landlock_no_paths);
  if (rest.starts_with("Bypass detection rules installed"))
    return only(LogMeaning::bypass_installed);
  if (rest.starts_with("nft not found; bypass detection rules will not be installed") ||
      rest.starts_with("iptables not found; bypass detection rules will not be installed") ||
      rest.starts_with("Failed to install bypass detection rules"))
    return only(LogMeaning::bypass_missing);
  if (rest.starts_with("Network namespace created"))
    return only(LogMeaning::netns_created);
  if (rest.starts_with("Network namespace creation failed"))
    return only(LogMeaning::netns_failed);
  return speaks_of_a_layer(message) ? std::optional(SupervisorMessage{}) : std::nullopt;
}

std::optional<SupervisorMessage> read_finding(std::string_view uid, std::string_view title) {
  if (uid == "landlock-unavailable" || title == "Landlock Filesystem Sandbox Unavailable")
    return only(LogMeaning::landlock_unavailable);
  if (uid == "landlock-enforce-failed" || title == "Landlock restrict_self Failed")
    return only(LogMeaning::landlock_failed);
  return speaks_of_a_layer(title) ? std::optional(SupervisorMessage{}) : std::nullopt;
}

} // namespace sbx
