#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "kernel/live_kernel.h"
#include "kernel/recorded_kernel.h"
#include "kernel/recording.h"
#include "report/json.h"
#include "report/table.h"

#include <fmt/core.h>

namespace sbx {

namespace {

// Before anything is inspected: a clause that makes no sense costs nothing and says so.
Result<std::vector<Requirement>> requirements_of(const Options& options) {
  std::vector<Requirement> requirements;
  for (const std::string& clause : options.clauses) {
    auto requirement = parse_requirement(clause);
    if (!requirement)
      return tl::unexpected<Error>(requirement.error());
    requirements.push_back(std::move(*requirement));
  }
  return requirements;
}

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
  const auto requirements = requirements_of(options);
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
  const auto requirements = requirements_of(options);
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  auto evidence = load_recording(options.directory);
  if (!evidence)
    return tl::unexpected<Error>(evidence.error());
  RecordedKernel kernel(std::move(*evidence));
  Witness witness(kernel);
  const auto report = inspect(witness, *requirements);
  if (!report)
    return tl::unexpected<Error>(report.error());
  return print_report(*report, options);
}

} // namespace sbx
