#include "gate/claim_rows.h"

#include "core/some_of.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

bool same_name(std::string_view one, std::string_view other) {
  const auto plain = [](char c) { return c == '_' ? '-' : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return plain(a) == plain(b); });
}

// "/root/read_only"; null where a step is missing or leads through something else.
const Claims& claim_at(const Claims& claims, std::string_view pointer) {
  static const Claims none;
  const Claims* at = &claims;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    const auto it = at->is_object() ? at->find(std::string(step)) : at->end();
    if (!at->is_object() || it == at->end())
      return none;
    at = &*it;
  }
  return *at;
}

std::string pointer_words(std::string_view pointer) {
  std::string words(pointer.substr(1));
  std::replace(words.begin(), words.end(), '/', '.');
  return words;
}

bool is_one_of(std::string_view word, std::string_view joined) {
  while (true) {
    const std::string_view first = joined.substr(0, joined.find('|'));
    if (first == word)
      return true;
    if (first.size() == joined.size())
      return false;
    joined.remove_prefix(first.size() + 1);
  }
}

Judged not_seen(const Finding& finding, const ClaimRow& row) {
  return {Verdict::unknown, finding.gap() ? finding.gap()->detail
                                          : pointer_words(row.claim) + " was not seen, or not all of it"};
}

Judged judge_word(const Finding& finding, const ClaimRow& row, const Claims& claim) {
  if (claim.is_null() || claim.is_structured() || claim == "unknown")
    return not_seen(finding, row);
  const std::string word = claim.is_string() ? claim.get<std::string>() : claim.dump();
  return {is_one_of(word, row.met_by) ? Verdict::met : Verdict::unmet,
          fmt::format("{}: {}", pointer_words(row.claim), word)};
}

std::string entry_name(const Claims& entry, std::string_view member) {
  if (entry.is_string())
    return entry.get<std::string>();
  const auto it = entry.is_object() ? entry.find(std::string(member)) : entry.end();
  if (!entry.is_object() || it == entry.end())
    return "?";
  return it->is_string() ? it->get<std::string>() : it->dump();
}

// What was seen decides even where there may be more.
Judged judge_none(const Finding& finding, const ClaimRow& row, const Claims& claim) {
  if (!claim.is_array())
    return not_seen(finding, row);
  if (claim.empty())
    return {Verdict::met, "none"};
  std::vector<std::string> names;
  for (const Claims& entry : claim)
    names.push_back(entry_name(entry, row.met_by));
  return {Verdict::unmet, fmt::format("{}: {}", names.size(), some_of(names, 8))};
}

} // namespace

const ClaimRow* find_claim_row(std::string_view subject, std::string_view value) {
  const auto* it = std::find_if(claim_rows.begin(), claim_rows.end(), [&](const ClaimRow& row) {
    return row.value == value && same_name(row.subject, subject);
  });
  return it == claim_rows.end() ? nullptr : it;
}

const ClaimRow* find_claim_subject(std::string_view subject) {
  const auto* it = std::find_if(claim_rows.begin(), claim_rows.end(),
                                [&](const ClaimRow& row) { return same_name(row.subject, subject); });
  return it == claim_rows.end() ? nullptr : it;
}

std::vector<std::string> claim_clauses(std::string_view subject) {
  std::vector<std::string> clauses;
  for (const ClaimRow& row : claim_rows)
    if (subject.empty() || same_name(row.subject, subject))
      clauses.push_back(fmt::format("{}={}", row.subject, row.value));
  return clauses;
}

Judged judge_claim(const Finding& finding, const ClaimRow& row) {
  const Claims& claim = claim_at(finding.claims(), row.claim);
  switch (row.kind) {
  case ClaimRow::Kind::word:
    return judge_word(finding, row, claim);
  case ClaimRow::Kind::none:
    return judge_none(finding, row, claim);
  }
  return not_seen(finding, row);
}

} // namespace sbx
