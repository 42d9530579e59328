#include "policy/unit_lines.h"

#include "policy/document_text.h"
#include "policy/fields.h"

#include <algorithm>
#include <fmt/core.h>
#include <iterator>

namespace sbx {

namespace {

constexpr std::size_t most_settings = 16'384;
constexpr std::string_view blank = " \t\r\v\f";

bool is_blank(char c) { return blank.find(c) != std::string_view::npos; }

// Whether an odd number of backslashes ends it, so that the next line goes on with it.
bool goes_on(std::string_view line) {
  const std::size_t last = line.find_last_not_of('\\');
  return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

// The last part that begins at `offset` or before it; there is one.
Mark mark_in(const std::vector<UnitSetting::Part>& parts, std::size_t offset) {
  const auto next = std::ranges::upper_bound(parts, offset, {}, &UnitSetting::Part::from);
  const UnitSetting::Part& part = *std::prev(next);
  return {part.mark.line, part.mark.column + static_cast<unsigned>(offset - part.from)};
}

// A line with those that continue it.
struct JoinedLine {
  std::string text;
  std::vector<UnitSetting::Part> parts; // by rising offset, the first at 0

  Mark mark_of(std::size_t offset) const { return mark_in(parts, offset); }
};

class UnitFileReader {
public:
  explicit UnitFileReader(const PolicyFile& file) : file_(file) {}

  std::vector<UnitSetting> read() {
    if (auto fault = document_text_fault(file_.bytes, file_.name))
      throw PolicyFault{std::move(*fault)};
    std::string_view text = file_.bytes;
    if (text.starts_with("\xef\xbb\xbf"))
      text.remove_prefix(3);
    JoinedLine joined;
    for (unsigned number = 1; !text.empty(); ++number) {
      const std::string_view whole = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), whole.size() + 1));
      const std::size_t start = std::min(whole.find_first_not_of(blank), whole.size());
      std::string_view line = whole.substr(start);
      if (line.starts_with('#') || line.starts_with(';'))
        continue; // also between the lines of one assignment
      joined.parts.push_back({joined.text.size(), {number, static_cast<unsigned>(start + 1)}});
      joined.text += line;
      if (goes_on(joined.text) && !text.empty()) {
        joined.text.back() = ' ';
        continue;
      }
      take(joined);
      joined = {};
    }
    if (!joined.text.empty()) // the last lines were comments
      take(joined);
    return std::move(settings_);
  }

private:
  void take(const JoinedLine& joined) {
    std::string_view line = joined.text;
    line = line.substr(0, line.find_last_not_of(blank) + 1);
    if (line.empty())
      return;
    const Mark start = joined.mark_of(0);
    if (line.front() == '[') {
      if (line.back() != ']' || line.size() == 2)
        refuse(file_.name, start, "a section is written [Service], alone on its line");
      section_ = line.substr(1, line.size() - 2);
      return;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0)
      refuse(file_.name, start, "the line is neither a [section] nor an assignment KEY=VALUE");
    if (section_.empty())
      refuse(file_.name, start, "an assignment stands before the first [section]");
    if (settings_.size() == most_settings)
      refuse(file_.name, start, fmt::format("more than {} assignments", most_settings));
    UnitSetting setting;
    setting.section = section_;
    setting.key = line.substr(0, equals);
    setting.key.resize(setting.key.find_last_not_of(blank) + 1);
    std::size_t from = line.find_first_not_of(blank, equals + 1);
    from = from == std::string_view::npos ? line.size() : from;
    setting.value = line.substr(from);
    setting.place = {file_.name, start};
    setting.parts.push_back({0, joined.mark_of(from)});
    for (const UnitSetting::Part& part : joined.parts)
      if (part.from > from)
        setting.parts.push_back({part.from - from, part.mark});
    settings_.push_back(std::move(setting));
  }

  const PolicyFile& file_;
  std::string section_;
  std::vector<UnitSetting> settings_;
};

} // namespace

Place UnitSetting::at(std::size_t offset) const { return {place.file, mark_in(parts, offset)}; }

std::vector<UnitSetting> parse_unit_lines(const PolicyFile& file) { return UnitFileReader(file).read(); }

std::optional<std::vector<UnitWord>> unit_words(std::string_view value) {
  std::vector<UnitWord> words;
  std::optional<UnitWord> word;
  char quote = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (quote == 0 && is_blank(c)) {
      if (word)
        words.push_back(std::move(*word));
      word.reset();
      continue;
    }
    if (!word)
      word = UnitWord{"", at};
    if (c == '\\') {
      if (++at == value.size())
        return std::nullopt;
      word->text += value[at];
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else {
      word->text += c;
    }
  }
  if (quote != 0)
    return std::nullopt;
  if (word)
    words.push_back(std::move(*word));
  return words;
}

} // namespace sbx
