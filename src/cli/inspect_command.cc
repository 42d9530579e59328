#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "kernel/recording.h"
#include "report/json.h"
#include "report/table.h"

namespace sbx {

namespace {

Result<int> print_report(const Report& report, const Options& options) {
  const std::string text = options.format == Format::json
                               ? render_json(report)
                               : render_table(report, table_style(options.colour, options.ascii));
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  return exit_status(report.appraisal);
}

} // namespace

Result<int> inspect_command(const Options& options) {
  const auto requirements = requirements_of(options.clauses);
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  return with_live_target(options.target, [&](Witness& witness) -> Result<int> {
    const auto report = inspect(witness, *requirements);
    if (!report)
      return tl::unexpected<Error>(report.error());
    return print_report(*report, options);
  });
}

Result<int> capture_command(const Options& options) {
  return with_live_target(options.target, [&](Witness& witness) -> Result<int> {
    if (const auto report = inspect(witness, {}); !report)
      return tl::unexpected<Error>(report.error());
    if (const auto saved = save_recording(witness.evidence(), options.directory, SBX_VERSION); !saved)
      return tl::unexpected<Error>(saved.error());
    return 0;
  });
}

Result<int> replay_command(const Options& options) {
  const auto requirements = requirements_of(options.clauses);
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  return with_recording(options.directory, [&](Witness& witness) -> Result<int> {
    const auto report = inspect(witness, *requirements);
    if (!report)
      return tl::unexpected<Error>(report.error());
    return print_report(*report, options);
  });
}

} // namespace sbx
