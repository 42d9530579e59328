#include "report/json.h"

#include "report/example_reports.h"
#include "report/schema.h"
#include "report/seccomp_page.h"

#include <algorithm>
#include <catch2/catch.hpp>

using nlohmann::json;

namespace {

bool holds_float(const json& value) {
  return value.is_number_float() ||
         (value.is_structured() && std::any_of(value.begin(), value.end(), holds_float));
}

} // namespace

TEST_CASE("json: a report is the same bytes every time, ASCII, with a newline at the end") {
  for (const sbx::Report& report : {sbx::examples::observed(), sbx::examples::unprivileged(),
                                    sbx::examples::hostile(), sbx::examples::kernel_thread()}) {
    const std::string text = sbx::render_json(report);
    CHECK(text == sbx::render_json(report));
    CHECK(text.back() == '\n');
    CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    CHECK(json::parse(text).dump(2, ' ', true) + '\n' == text);
    CHECK_FALSE(holds_float(json::parse(text)));
  }
}

TEST_CASE("json: a report has the members of the schema") {
  const json report = sbx::report_json(sbx::examples::observed());
  CHECK(report["schema"] == "sbx-attest/report/v1");
  CHECK(report["tool"] == json({{"name", "sbx-attest"}, {"version", "0.1.0"}}));
  CHECK(report["vantage"] == "observer");
  CHECK(report["observer"] == json({{"euid", 0}, {"kernel_memory", true}, {"landlock_layers", 0}}));
  CHECK(report["target"]["start_ticks"] == "123456");
  CHECK(report["target"]["state"] == "S");
  CHECK(report["layers"]["lsm"]["sources"] == json({"target/tasks/attr", "target/tasks/status"}));
  CHECK(report["layers"]["lsm"]["gap"] == nullptr);
  CHECK_FALSE(report["layers"]["lsm"].contains("remedy"));
  CHECK(report["requirements"][1] == json({{"expression", "no-new-privs"},
                                           {"verdict", "met"},
                                           {"wanted", "enforced on every thread"},
                                           {"observed", "enforced"},
                                           {"layer", "no_new_privs"}}));
  CHECK(report["verdict"] == "unmet");
}

TEST_CASE("json: an unknown layer has its gap and its remedy") {
  const json landlock = sbx::report_json(sbx::examples::unprivileged())["layers"]["landlock"];
  CHECK(landlock["gap"] ==
        json({{"kind", "denied"}, {"source", "target/landlock"}, {"detail", "bpf(2) answered EPERM"}}));
  CHECK(landlock["remedy"] == "run as root, or with CAP_BPF and CAP_PERFMON");
  CHECK(landlock["sources"] == json({"target/landlock"}));
}

TEST_CASE("json: what was not seen is null, and without requirements there is no verdict") {
  sbx::Report report;
  const json empty = sbx::report_json(report);
  CHECK(empty["verdict"] == nullptr);
  CHECK(empty["requirements"] == json::array());
  CHECK(empty["layers"] == json::object());
  CHECK(empty["observer"]["euid"] == nullptr);
  for (const char* name : {"state", "kernel_thread", "threads", "age_seconds"})
    CHECK(empty["target"][name] == nullptr);
  report.appraisal = sbx::Appraisal{{}, sbx::Verdict::met};
  CHECK(sbx::report_json(report)["verdict"] == nullptr);
}

TEST_CASE("json: bytes that are no UTF-8 are replaced, not thrown at") {
  sbx::Report report;
  report.target.comm = "a\xff";
  report.target.state = static_cast<char>(0xff);
  CHECK(json::parse(sbx::render_json(report))["target"]["comm"] == "a\ufffd");
}

TEST_CASE("schema: the build holds the schemas that it claims to write") {
  const std::pair<std::string_view, json> all[] = {
      {"report", sbx::report_json({})}, {"seccomp", json::parse(sbx::render_seccomp_json({}, "1"))}};
  for (const auto& it : all) {
    const auto known = sbx::schemas();
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const sbx::Schema& schema) { return schema.name == it.first; });
    REQUIRE(found != known.end());
    CHECK(json::parse(found->text)["properties"]["schema"]["const"] == it.second["schema"]);
  }
}
