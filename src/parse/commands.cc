#include "parse/commands.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

#include <cstdint>
#include <optional>
#include <unordered_set>

namespace sbx {

namespace {

std::optional<int> refusal_in(std::string_view word) {
  return word.starts_with('!') ? errno_from_name(word.substr(1)) : std::nullopt;
}

// ":text", escaped.
std::optional<std::string> text_in(std::string_view word) {
  std::string text;
  return word.starts_with(':') && unescape(word.substr(1), text) ? std::optional(text) : std::nullopt;
}

bool take_exe(std::string_view word, Command& command) {
  if (const auto error = refusal_in(word)) {
    command.exe = tl::unexpected<int>(*error);
    return true;
  }
  const auto text = text_in(word);
  if (text)
    command.exe = *text;
  return text.has_value();
}

bool take_argv(std::string_view list, Command& command) {
  if (const auto error = refusal_in(list)) {
    command.argv = tl::unexpected<int>(*error);
    return true;
  }
  std::vector<std::string> argv;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view word = list.substr(0, comma);
    if (comma + 1 == list.size()) // another word was to come
      return false;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    const auto text = text_in(word);
    if (text)
      argv.push_back(*text);
    else if (word == "cut" && argv.empty() && !command.cut)
      command.cut = true;
    else
      return false;
  }
  command.argv = std::move(argv);
  return true;
}

Parsed<Command> parse_command(std::string_view line) {
  const auto parts = words(line);
  Command command;
  const auto pid = parts.empty() ? std::nullopt : number<std::int64_t>(parts[0]);
  if (!pid || *pid <= 0)
    return malformed("no process: " + escaped(line, 60));
  command.path = std::string(parts[0]);
  if (const auto error = parts.size() == 2 ? refusal_in(parts[1]) : std::nullopt) {
    command.error = *error;
    return command;
  }
  if (parts.size() != 3 || !parts[1].starts_with("exe=") || !parts[2].starts_with("argv=") ||
      !take_exe(parts[1].substr(4), command) || !take_argv(parts[2].substr(5), command))
    return malformed("not what a process executes: " + escaped(line, 60));
  return command;
}

} // namespace

Parsed<std::vector<Command>> parse_commands(std::string_view text) {
  auto commands = parse_each_line<Command>(text, parse_command);
  std::unordered_set<std::string> pids;
  if (commands)
    for (const Command& it : *commands)
      if (!pids.insert(it.path).second)
        return malformed("told twice: process " + it.path);
  return commands;
}

} // namespace sbx
