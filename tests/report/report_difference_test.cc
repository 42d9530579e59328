#include "report/report_difference.h"

#include "report/difference_page.h"

#include <catch2/catch.hpp>

using nlohmann::json;
using sbx::Change;
using sbx::ReportDifference;

namespace {

json rule(const char* path, json layers, const char* status = "live") {
  return {{"path", path}, {"port", nullptr}, {"layers", std::move(layers)}, {"status", status}};
}

json report() {
  return {
      {"schema", "sbx-attest/report/v1"},
      {"vantage", "observer"},
      {"target", {{"pid", 42}, {"comm", "agent"}}},
      {"platform", {{"kernel_release", "6.18"}, {"lsm", {"landlock"}}}},
      {"layers",
       {{"landlock",
         {{"state", "enforced"},
          {"claims",
           {{"level", 4},
            {"handled_fs", {"execute", "read_file"}},
            {"tasks_total", 3},
            {"rule_list", json::array({rule("/usr", {{"1", {"read_file"}}})})},
            {"warnings", json::array()}}}}},
        {"capabilities", {{"state", "partial"}, {"claims", {{"effective", {"chown"}}}}}},
        {"namespaces", {{"state", "partial"}, {"claims", {{"net", {{"initial", false}, {"inode", 7}}}}}}}}},
      {"requirements", json::array({{{"expression", "lsm"}, {"verdict", "met"}}})}};
}

std::vector<ReportDifference> differences(const json& before, const json& after) {
  const auto found = sbx::compare_reports(before, after);
  REQUIRE(found);
  return *found;
}

void only(const json& after, const char* layer, const char* what, Change change) {
  const auto found = differences(report(), after);
  REQUIRE(found.size() == 1);
  CHECK(found[0].layer == layer);
  CHECK(found[0].what == what);
  CHECK(found[0].change == change);
  CHECK(sbx::overall_change(found) == sbx::change_name(change));
}

json with(const char* pointer, json value) {
  json changed = report();
  changed[json::json_pointer(pointer)] = std::move(value);
  return changed;
}

} // namespace

TEST_CASE("report_difference: a report differs in nothing from itself") {
  CHECK(differences(report(), report()).empty());
  CHECK(sbx::overall_change({}) == "same");
}

TEST_CASE("report_difference: what differs between any two runs is no difference") {
  CHECK(differences(report(), with("/layers/landlock/claims/tasks_total", 9)).empty());
  CHECK(differences(report(), with("/layers/namespaces/claims/net/inode", 9)).empty());
  CHECK(differences(report(), with("/target/pid", 9)).empty());
}

TEST_CASE("report_difference: states go down and up, and unknown is neither") {
  only(with("/layers/landlock/state", "partial"), "landlock", "state", Change::weaker);
  only(with("/layers/capabilities/state", "enforced"), "capabilities", "state", Change::stronger);
  only(with("/layers/landlock/state", "unknown"), "landlock", "state", Change::unseen);
  only(with("/layers/landlock/state", "not_applicable"), "landlock", "state", Change::changed);
}

TEST_CASE("report_difference: a layer that only one report speaks of is not known to have changed") {
  json without = report();
  without["layers"].erase("capabilities");
  only(without, "capabilities", "layer", Change::unseen);
}

TEST_CASE("report_difference: more handled is stronger, more held is weaker") {
  only(with("/layers/landlock/claims/level", 3), "landlock", "level", Change::weaker);
  only(with("/layers/landlock/claims/level", 5), "landlock", "level", Change::stronger);
  only(with("/layers/landlock/claims/handled_fs", {"execute"}), "landlock", "handled_fs", Change::weaker);
  only(with("/layers/landlock/claims/handled_fs", {"execute", "truncate"}), "landlock", "handled_fs",
       Change::changed);
  only(with("/layers/capabilities/claims/effective", {"chown", "kill"}), "capabilities", "effective",
       Change::weaker);
  only(with("/layers/capabilities/claims/effective", json::array()), "capabilities", "effective",
       Change::stronger);
  only(with("/layers/namespaces/claims/net/initial", true), "namespaces", "net.initial", Change::weaker);
}

TEST_CASE("report_difference: a claim that is null on one side was not seen there") {
  only(with("/layers/landlock/claims/level", nullptr), "landlock", "level", Change::unseen);
  only(with("/layers/landlock/claims/rule_list", nullptr), "landlock", "rules", Change::unseen);
  only(with("/layers/landlock/claims/warnings", nullptr), "landlock", "warnings", Change::unseen);
  only(with("/layers/landlock/claims/filter_list", json::array()), "landlock", "programs", Change::unseen);
}

TEST_CASE("report_difference: a claim of which nothing is known is changed") {
  only(with("/layers/landlock/claims/colour", "red"), "landlock", "colour", Change::unseen);
  json before = with("/layers/landlock/claims/colour", "blue");
  const auto found = differences(before, with("/layers/landlock/claims/colour", "red"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].change == Change::changed);
}

TEST_CASE("report_difference: rules are compared by their path, right for right") {
  const char* list = "/layers/landlock/claims/rule_list";
  only(with(list, {rule("/usr", {{"1", {"read_file"}}}), rule("/etc", {{"1", {"read_file"}}})}), "landlock",
       "rule /etc", Change::weaker);
  only(with(list, json::array()), "landlock", "rule /usr", Change::stronger);
  only(with(list, json::array({rule("/usr", {{"1", {"read_file", "execute"}}})})), "landlock", "rule /usr",
       Change::weaker);
  only(with(list, json::array({rule("/usr", {{"1", json::array()}})})), "landlock", "rule /usr",
       Change::stronger);
  only(with(list, json::array({rule("/usr", {{"1", {"execute"}}})})), "landlock", "rule /usr",
       Change::changed);
  only(with(list, json::array({rule("/usr", {{"1", {"read_file"}}}, "replaced")})), "landlock",
       "rule /usr place", Change::changed);
}

TEST_CASE("report_difference: a rule whose name the kernel forgot is the rule on that file") {
  json named = rule("/usr", {{"1", {"read_file"}}}), forgotten = named, other = named;
  named["device"] = forgotten["device"] = other["device"] = "254:0";
  named["inode"] = forgotten["inode"] = "42";
  other["inode"] = "43";
  forgotten["path"] = other["path"] = nullptr;
  forgotten["status"] = "unnamed";
  const char* list = "/layers/landlock/claims/rule_list";
  const json before = with(list, json::array({named}));
  CHECK(differences(before, with(list, json::array({forgotten}))).empty());
  CHECK(differences(with(list, json::array({forgotten})), before).empty());
  CHECK(differences(before, with(list, json::array({other}))).size() == 2);
}

TEST_CASE("report_difference: warnings come and go, requirements are met or not any more") {
  only(with("/layers/landlock/claims/warnings", json::array({{{"id", "landlock.x"}}})), "landlock",
       "warning landlock.x", Change::changed);
  only(with("/requirements/0/verdict", "unmet"), "requirements", "lsm", Change::weaker);
  only(with("/requirements/0/verdict", "unknown"), "requirements", "lsm", Change::unseen);
}

TEST_CASE("report_difference: the worst of several is the overall answer") {
  json after = with("/layers/landlock/claims/level", 9);
  after["layers"]["capabilities"]["claims"]["effective"] = {"chown", "kill"};
  CHECK(sbx::overall_change(differences(report(), after)) == "weaker");
  after["layers"]["capabilities"]["claims"]["effective"] = nullptr;
  CHECK(sbx::overall_change(differences(report(), after)) == "unknown");
}

TEST_CASE("report_difference: what is no report is refused, and hostile shapes are only shown") {
  CHECK(sbx::compare_reports(json::array(), report()).error().text.starts_with("the first is no report"));
  CHECK(
      sbx::compare_reports(report(), {{"schema", "x"}}).error().text.starts_with("the second is no report"));
  for (const json& odd :
       {json(7), json("x\x1b[2J"), json::array({1, json::array()}), json::object({{"a", 1}})}) {
    CHECK_NOTHROW(differences(report(), with("/layers/landlock", odd)));
    CHECK_NOTHROW(differences(report(), with("/layers/landlock/claims", odd)));
    CHECK_NOTHROW(differences(report(), with("/layers/landlock/claims/rule_list", odd)));
    CHECK_NOTHROW(differences(report(), with("/layers/landlock/claims/rule_list", json::array({odd, odd}))));
    CHECK_NOTHROW(differences(report(), with("/layers/landlock/claims/warnings", json::array({odd}))));
    CHECK_NOTHROW(differences(report(), with("/requirements", json::array({odd}))));
    CHECK_NOTHROW(differences(report(), with("/platform", odd)));
    CHECK_NOTHROW(differences(report(), with("/target", odd)));
    const sbx::ComparedReport side{"x", with("/target", odd)};
    CHECK_NOTHROW(sbx::render_difference_table(side, side, {}, {}));
    CHECK_NOTHROW(sbx::render_difference_json(side, side, {}));
  }
  const auto found = differences(report(), with("/target/comm", "x\x1b[2J"));
  REQUIRE(found.size() == 1);
  const std::string page = sbx::render_difference_table({"a", report()}, {"b\n", report()}, found, {});
  CHECK(page.find('\x1b') == std::string::npos);
  const json written = json::parse(sbx::render_difference_json({"a", report()}, {"b\n", report()}, found));
  CHECK(written["overall"] == "changed");
  CHECK(written["after"]["name"] == "b\\x0a");
}
