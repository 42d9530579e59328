#include "report/json.h"

namespace sbx {

namespace {

using nlohmann::json;

template <class T> json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

std::string_view vantage_name(Vantage vantage) {
  switch (vantage) {
  case Vantage::observer:
    return "observer";
  case Vantage::self:
    return "self";
  }
  return "observer";
}

json observer_json(const Observer& observer) {
  return {{"euid", or_null(observer.euid)},
          {"kernel_memory", observer.kernel_memory},
          {"landlock_layers", or_null(observer.landlock_layers)}};
}

json gap_json(const Gap& gap) {
  return {{"kind", gap_kind_name(gap.kind)}, {"source", gap.source}, {"detail", gap.detail}};
}

json layers_json(const Report& report) {
  json out = json::object();
  for (const auto& [id, finding] : report.layers)
    out[id] = finding_json(finding);
  return out;
}

} // namespace

json requirements_json(const Report& report) {
  json out = json::array();
  if (report.appraisal)
    for (const Appraised& it : report.appraisal->requirements)
      out.push_back({{"expression", it.expression},
                     {"verdict", verdict_name(it.verdict)},
                     {"wanted", it.wanted},
                     {"observed", it.observed},
                     {"layer", it.layer}});
  return out;
}

json verdict_json(const Report& report) {
  const bool required = report.appraisal && !report.appraisal->requirements.empty();
  return required ? json(verdict_name(report.appraisal->verdict)) : json(nullptr);
}

json finding_json(const Finding& finding) {
  json out = {{"state", state_name(finding.state())},
              {"summary", finding.summary()},
              {"claims", finding.claims()},
              {"gap", finding.gap() ? gap_json(*finding.gap()) : json(nullptr)},
              {"sources", finding.sources()}};
  if (finding.remedy())
    out["remedy"] = *finding.remedy();
  return out;
}

json target_json(const Target& target) {
  return {{"pid", target.pid},
          {"start_ticks", or_null(target.start_ticks)},
          {"boot_id", or_null(target.boot_id)},
          {"comm", or_null(target.comm)},
          {"state", target.state ? json(std::string(1, *target.state)) : json(nullptr)},
          {"kernel_thread", or_null(target.kernel_thread)},
          {"threads", or_null(target.threads)},
          {"age_seconds", or_null(target.age_seconds)}};
}

json report_json(const Report& report) {
  json out{{"schema", "sbx-attest/report/v1"},
           {"tool", {{"name", "sbx-attest"}, {"version", report.tool_version}}},
           {"vantage", vantage_name(report.vantage)},
           {"observer", observer_json(report.observer)},
           {"target", target_json(report.target)},
           {"platform", report.platform},
           {"layers", layers_json(report)},
           {"requirements", requirements_json(report)},
           {"verdict", verdict_json(report)}};
  if (report.made_by)
    out["made_by"] = made_by_json(*report.made_by);
  if (report.sandbox)
    out["sandbox"] = sandbox_json(*report.sandbox);
  if (!report.claims.is_null())
    out["claims"] = report.claims;
  if (!report.trace.is_null())
    out["trace"] = report.trace;
  return out;
}

std::string render_json(const Report& report) {
  return report_json(report).dump(2, ' ', true, json::error_handler_t::replace) + '\n';
}

} // namespace sbx
