#include "report/sheet.h"

#include "report/text_layout.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::size_t name_columns = 20; // "landlock.kernel>=10" and a space
constexpr std::size_t word_columns = 10; // "enforced" and two
constexpr std::size_t least_width = 60;

} // namespace

Word state_word(State state) {
  switch (state) {
  case State::enforced:
    return {"enforced", "32"};
  case State::partial:
    return {"partial", "33"};
  case State::absent:
    return {"absent", "31"};
  case State::unknown:
    return {"unknown", "35"};
  case State::not_applicable:
    return {"n/a", "2"};
  }
  return {"unknown", "35"};
}

Sheet::Sheet(const TableStyle& style)
    : style_(style), width_(std::max<std::size_t>(style.width, least_width)) {}

void Sheet::header(std::string_view left, std::string_view right) {
  const std::string target = clean(left), vantage = clean(right);
  constexpr std::string_view between = "     ";
  if (display_columns(target) + between.size() + display_columns(vantage) <= width_) {
    line(target + std::string(between) + vantage);
    return;
  }
  for (const std::string& part : wrapped(target, width_))
    line(part);
  for (const std::string& part : wrapped(vantage, width_ - 2))
    line("  " + part);
}

void Sheet::row(std::string_view name, std::optional<Word> word, const std::vector<std::string>& texts) {
  std::string start = clean(name);
  if (display_columns(start) >= name_columns) {
    const std::string indent = start.substr(0, start.find_first_not_of(' '));
    for (const std::string& part : wrapped(start, width_ - indent.size()))
      line(indent + part);
    start.clear();
  }
  start += padding(start, name_columns);
  std::size_t indent = name_columns;
  if (word) {
    indent += word_columns;
    start += painted(*word) + padding(word->text, word_columns);
  }
  bool first = true;
  for (const std::string& text : texts) {
    for (const std::string& part : wrapped(clean(text), width_ - indent)) {
      line((first ? start : std::string(indent, ' ')) + part);
      first = false;
    }
  }
}

std::string Sheet::clean(std::string_view text) const { return printable(text, style_.unicode); }

std::string Sheet::painted(const Word& word) const {
  return style_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", word.colour, word.text) : std::string(word.text);
}

void Sheet::heading(std::string_view text) {
  for (const std::string& part : wrapped(clean(text), width_))
    line(part);
}

void Sheet::line_as_it_is(std::string_view text) { line(clean(text)); }

void Sheet::line(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  out_ += text + '\n';
}

} // namespace sbx
