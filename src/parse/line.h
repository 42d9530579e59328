// How is text cut into lines, words and numbers? Strictly: what does not fit is not read at all.
#pragma once

#include "parse/malformed.h"

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

// Calls with(line) for each line, without its newline; a last line without one counts too. `with` returns
// false to stop. Returns false when it was stopped.
template <class With> bool each_line(std::string_view text, With&& with) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (!with(text.substr(0, end)))
      return false;
    if (end == std::string_view::npos)
      break;
    text.remove_prefix(end + 1);
  }
  return true;
}

// Whether the last line lacks its newline: then it may be only a part of a line, and a part of a number is
// another number. What the kernel and our adapters write in lines always ends with one.
inline bool cut_off(std::string_view text) { return !text.empty() && text.back() != '\n'; }

// A list with one entry a line, at least one: parse_line(line) gives Parsed<T>; the first malformed line
// decides.
template <class T, class ParseLine>
Parsed<std::vector<T>> parse_each_line(std::string_view text, ParseLine&& parse_line) {
  std::vector<T> entries;
  std::optional<Malformed> problem;
  each_line(text, [&](std::string_view line) {
    Parsed<T> entry = parse_line(line);
    if (entry)
      entries.push_back(std::move(*entry));
    else
      problem = std::move(entry.error());
    return entry.has_value();
  });
  if (problem)
    return tl::unexpected<Malformed>(std::move(*problem));
  if (cut_off(text))
    return malformed("the last line is cut off");
  if (entries.empty())
    return malformed("no entry at all");
  return entries;
}

// The words of a line, separated by runs of spaces and tabs.
std::vector<std::string_view> words(std::string_view line);

std::string_view trimmed(std::string_view text);

// The whole of `text` as a number without sign, space or prefix (a minus only for signed types), or nothing.
template <std::integral T> std::optional<T> number(std::string_view text, int base = 10) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || problem != std::errc{} || stopped != end)
    return std::nullopt;
  return value;
}

} // namespace sbx
