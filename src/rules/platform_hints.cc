#include "rules/platform_hints.h"

#include "core/escape.h"
#include "rules/platform_signs.h"

#include <algorithm>

namespace sbx {

namespace {

// The line of a longer text, without blanks around it, in which it stands, so that the evidence can be shown.
std::string_view line_with(std::string_view text, std::size_t at) {
  const std::size_t begin = text.rfind('\n', at) == text.npos ? 0 : text.rfind('\n', at) + 1;
  const std::string_view line = text.substr(begin, text.find('\n', at) - begin);
  const std::size_t first = line.find_first_not_of(' ');
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

// Where in the text; npos where it does not match.
std::size_t found_at(const PlatformSign& sign, std::string_view text) {
  switch (sign.match) {
  case PlatformSign::Match::holds:
    return text.find(sign.needle);
  case PlatformSign::Match::is:
    return text == sign.needle ? 0 : text.npos;
  case PlatformSign::Match::begins:
    return text.starts_with(sign.needle) ? 0 : text.npos;
  }
  return text.npos;
}

std::string evidence_words(const PlatformSign& sign, std::string_view text, std::size_t at) {
  return std::string(sign.where) + " " +
         (shows_needle_only(sign.where) ? std::string(sign.needle) : escaped(line_with(text, at), 160));
}

void add_sign(const PlatformSign& sign, const std::vector<PlatformString>& strings, PlatformHint& hint) {
  const bool known = std::any_of(hint.all.begin(), hint.all.end(), [&](const PlatformEvidence& it) {
    return evidence_kind(it.where) == evidence_kind(sign.where);
  });
  if (known)
    return;
  for (const PlatformString& string : strings)
    if (string.where == sign.where)
      if (const std::size_t at = found_at(sign, string.text); at != std::string::npos) {
        hint.all.push_back({sign.where, evidence_words(sign, string.text, at)});
        return;
      }
}

} // namespace

bool PlatformHint::rests_on(std::string_view where) const {
  return std::any_of(all.begin(), all.end(), [&](const PlatformEvidence& it) { return it.where == where; });
}

std::vector<PlatformHint> platform_hints(const std::vector<PlatformString>& strings) {
  std::vector<PlatformHint> hints;
  for (const Platform& platform : platforms()) {
    PlatformHint hint{
        std::string(platform.id), std::string(platform.name), std::string(platform.kind), {}, {}};
    for (const auto weight : {PlatformSign::Weight::alone, PlatformSign::Weight::along}) {
      for (const PlatformSign& sign : platform_signs())
        if (sign.id == platform.id && sign.weight == weight)
          add_sign(sign, strings, hint);
      if (hint.all.empty()) // what goes along has nothing to go along with
        break;
    }
    if (hint.all.empty())
      continue;
    hint.evidence = hint.all.front().words;
    hints.push_back(std::move(hint));
  }
  return hints;
}

} // namespace sbx
