#include "cli/run_report.h"

#include "report/json.h"
#include "report/sheet.h"
#include "report/table.h"
#include "report/timeline.h"
#include "trace/attempted_rows.h"
#include "trace/trace_claims.h"

namespace sbx {

namespace {

Claims trace_of(TraceLog* log) {
  return log ? trace_claims(log->trace(), TraceScope::launch) : Claims(nullptr);
}

// Asked, attempted, held.
Report held_report(const RunReport& run, TraceLog* log) {
  Report report = *run.held;
  if (!run.asked || !log || report.layers.empty())
    return report;
  Finding& policy = report.layers.back().second;
  if (const auto rows = policy.claims().find("rows"); rows != policy.claims().end())
    policy.claim("rows", with_attempts(*rows, *run.asked, log->trace()));
  return report;
}

std::string run_table(const RunReport& run, TraceLog* log, const Options& options) {
  const TableStyle style = table_style(options.colour, options.ascii, Output::error);
  std::string out = log ? render_timeline(trace_of(log), options.every, style) : std::string();
  Sheet sheet(style);
  if (!run.untraced.empty())
    sheet.row("Not traced", std::nullopt, {run.untraced});
  if (!run.not_held.empty())
    sheet.row("Not inspected", std::nullopt, {run.not_held});
  out += sheet.take();
  if (run.held)
    out += "\n" + render_table(held_report(run, log), style);
  return out;
}

} // namespace

std::string run_json(const RunReport& run, TraceLog* log) {
  if (run.held) {
    Report report = held_report(run, log);
    report.trace = trace_of(log);
    return render_json(report);
  }
  const Claims document = {{"schema", "sbx-attest/trace/v1"},
                           {"tool", {{"name", "sbx-attest"}, {"version", SBX_VERSION}}},
                           {"not_held", run.not_held},
                           {"not_traced", run.untraced.empty() ? Claims(nullptr) : Claims(run.untraced)},
                           {"trace", trace_of(log)}};
  return document.dump(2, ' ', true, Claims::error_handler_t::replace) + '\n';
}

Result<void> print_run(const RunReport& run, TraceLog* log, const Options& options) {
  return print(options.format == Format::json ? run_json(run, log) : run_table(run, log, options),
               Output::error);
}

} // namespace sbx
