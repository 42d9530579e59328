#include "report/difference_page.h"

#include "core/escape.h"
#include "report/sheet.h"

#include <fmt/format.h>

namespace sbx {

namespace {

using nlohmann::json;

json object_in(const json& report, const char* key) {
  const auto found = report.find(key);
  return found != report.end() && found->is_object() ? *found : json();
}

json side_json(const ComparedReport& side) {
  return {{"name", escaped(side.name, 4096)},
          {"target", object_in(side.report, "target")},
          {"tool", object_in(side.report, "tool")}};
}

std::string side_words(const ComparedReport& side) {
  const json target = object_in(side.report, "target");
  const json comm = target.is_object() ? target.value("comm", json()) : json();
  const json pid = target.is_object() ? target.value("pid", json()) : json();
  return fmt::format("{}: {} (pid {})", escaped(side.name, 200),
                     comm.is_string() ? escaped(comm.get<std::string>(), 64) : "a process",
                     pid.is_number_integer() ? std::to_string(pid.get<std::int64_t>()) : "unknown");
}

Word change_word(Change change) {
  switch (change) {
  case Change::weaker:
    return {"WEAKER", "31"};
  case Change::stronger:
    return {"stronger", "32"};
  case Change::changed:
    return {"changed", "33"};
  case Change::unseen:
    return {"unknown", "35"};
  }
  return {"unknown", "35"};
}

} // namespace

std::string render_difference_json(const ComparedReport& before, const ComparedReport& after,
                                   const std::vector<ReportDifference>& differences) {
  json list = json::array();
  for (const ReportDifference& it : differences)
    list.push_back({{"layer", it.layer},
                    {"what", it.what},
                    {"change", change_name(it.change)},
                    {"before", it.before},
                    {"after", it.after}});
  const json document{{"schema", "sbx-attest/diff/v1"},
                      {"before", side_json(before)},
                      {"after", side_json(after)},
                      {"differences", std::move(list)},
                      {"overall", overall_change(differences)}};
  return document.dump(2, ' ', true, json::error_handler_t::replace) + '\n';
}

std::string render_difference_table(const ComparedReport& before, const ComparedReport& after,
                                    const std::vector<ReportDifference>& differences,
                                    const TableStyle& style) {
  Sheet sheet(style);
  sheet.header(side_words(before), "before");
  sheet.header(side_words(after), "after");
  for (const ReportDifference& it : differences)
    sheet.row(it.layer + " " + it.what, change_word(it.change), {it.before + " -> " + it.after});
  sheet.row("Overall", std::nullopt,
            {differences.empty() ? "the same in all that both of them saw"
                                 : fmt::format("{}: {} difference{}", overall_change(differences),
                                               differences.size(), differences.size() == 1 ? "" : "s")});
  return sheet.take();
}

} // namespace sbx
