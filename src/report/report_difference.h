// What changed from one report to another? Layer by layer, and whether that withholds less or more.
#pragma once

#include "core/error.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Change {
  weaker,   // less is withheld in the second
  stronger, // more is
  changed,  // another value, of which neither can be said
  unseen,   // it was seen in one of the two only, so nobody knows
};
std::string_view change_name(Change change);

struct ReportDifference {
  std::string layer; // or "platform", "target", "requirements"
  std::string what;  // "state", a claim ("handled_fs"), a rule ("rule /usr"), a requirement
  Change change = Change::changed;
  std::string before, after; // in words; printable
};

// Both are reports as schemas/report.v1.schema.json describes them. What differs between any two runs (pids,
// times, counts of threads) is no difference. An Error is ErrorKind::failure: what of it is no report.
Result<std::vector<ReportDifference>> compare_reports(const nlohmann::json& before,
                                                      const nlohmann::json& after);

// weaker if anything is, else unseen, else stronger or changed; nothing: they say the same.
std::string_view overall_change(const std::vector<ReportDifference>& differences);

} // namespace sbx
