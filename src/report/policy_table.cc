#include "report/policy_table.h"

#include <fmt/format.h>
#include <map>

namespace sbx {

namespace {

std::string text_of(const Claims& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// What was asked for and is not there has words of its own: "stronger" would hide it.
Word row_word(const Claims& row) {
  static const std::map<std::string, Word, std::less<>> by_drift{
      {"same", {"same", "32"}}, {"stronger", {"stronger", "36"}}, {"weaker", {"WEAKER", "31"}}};
  static const std::map<std::string, Word, std::less<>> by_status{{"skipped", {"SKIPPED", "33"}},
                                                                  {"no_rule", {"NO RULE", "33"}},
                                                                  {"replaced", {"REPLACED", "33"}},
                                                                  {"mounted_over", {"HIDDEN", "33"}}};
  const std::string drift = text_of(row, "drift");
  if (drift == "stronger")
    if (const auto found = by_status.find(text_of(row, "status")); found != by_status.end())
      return found->second;
  const auto found = by_drift.find(drift);
  return found == by_drift.end() ? Word{"unknown", "35"} : found->second;
}

// Has its own line: it differs, or was asked for and is not there.
bool worth_telling(const Claims& row) {
  return text_of(row, "drift") != "same" || text_of(row, "status") == "not_added";
}

// "path /opt/data: read_only: execute, read_file (policy.yaml:4:15)"
std::string wish_text(const Claims& row) {
  std::string place = text_of(row, "where");
  if (const std::string origin = text_of(row, "origin"); !origin.empty())
    place += fmt::format("{}added by {}", place.empty() ? "" : ", ", origin);
  std::string text = text_of(row, "subject");
  if (const std::string wanted = text_of(row, "wanted"); !wanted.empty())
    text += ", wanted " + wanted;
  if (!place.empty())
    text += " (" + place + ")";
  if (const std::string attempted = text_of(row, "attempted"); !attempted.empty())
    text += "; attempted: " + attempted;
  return text;
}

// Rows that say the same of several wishes are said together.
bool alike(const Claims& one, const Claims& other) {
  for (const char* key : {"layer", "drift", "status", "held", "remedy"})
    if (text_of(one, key) != text_of(other, key))
      return false;
  return true;
}

void draw_rows(Sheet& sheet, const std::vector<const Claims*>& rows) {
  constexpr std::size_t most = 12;
  std::vector<bool> drawn(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (drawn[i])
      continue;
    std::vector<std::string> texts{text_of(*rows[i], "held")};
    std::size_t count = 0;
    for (std::size_t j = i; j < rows.size(); ++j)
      if (!drawn[j] && alike(*rows[i], *rows[j])) {
        drawn[j] = true;
        if (++count <= most)
          texts.push_back(wish_text(*rows[j]));
      }
    if (count > most)
      texts.push_back(fmt::format("and {} more", count - most));
    if (const std::string remedy = text_of(*rows[i], "remedy"); !remedy.empty())
      texts.push_back("to do: " + remedy);
    sheet.row("  " + text_of(*rows[i], "layer"), row_word(*rows[i]), texts);
  }
}

Word agreement_word(const std::string& agrees) {
  return agrees == "no"    ? Word{"DIFFERS", "31"}
         : agrees == "yes" ? Word{"agrees", "32"}
                           : Word{"unknown", "35"};
}

} // namespace

void draw_policy(Sheet& sheet, const Finding& policy) {
  const auto rows = policy.claims().find("rows");
  if (rows == policy.claims().end() || !rows->is_array())
    return;
  sheet.blank();
  sheet.heading(fmt::format("Asked for in {} ({})", text_of(policy.claims(), "file"),
                            text_of(policy.claims(), "format")));
  std::vector<const Claims*> told;
  for (const Claims& row : *rows)
    if (worth_telling(row))
      told.push_back(&row);
  draw_rows(sheet, told);
  if (told.size() < rows->size())
    sheet.row("  as asked", std::nullopt,
              {fmt::format("{} of {}", rows->size() - told.size(), rows->size())});
  for (const Claims& it : policy.claims().value("unchecked", Claims::array()))
    sheet.row("  " + text_of(it, "what"), Word{"unchecked", "35"},
              {fmt::format("{} ({})", text_of(it, "why"), text_of(it, "where"))});
  for (const Claims& it : policy.claims().value("notes", Claims::array()))
    sheet.row("  note", std::nullopt, {fmt::format("{} ({})", text_of(it, "text"), text_of(it, "where"))});
}

void draw_claims_of_others(Sheet& sheet, const nlohmann::json& claims) {
  if (!claims.is_array() || claims.empty())
    return;
  sheet.blank();
  sheet.heading("Claims of others, beside what was seen");
  for (const Claims& it : claims)
    sheet.row("  " + text_of(it, "where"), agreement_word(text_of(it, "agrees")),
              {text_of(it, "claim"), "seen: " + text_of(it, "truth")});
}

} // namespace sbx
