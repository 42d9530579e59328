#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "report/files_page.h"
#include "report/json.h"

namespace sbx {

Result<int> files_command(const Options& options) {
  const auto requirements = requirements_of(options.clauses);
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  return with_target(options, std::nullopt, [&](Witness& witness) -> Result<int> {
    const auto report = inspect(witness, {*requirements, {}, {}}, "filesystem");
    if (!report)
      return tl::unexpected<Error>(report.error());
    const std::string text = options.format == Format::json
                                 ? render_json(*report)
                                 : render_files(*report, table_style(options.colour, options.ascii));
    if (auto printed = print(text); !printed)
      return tl::unexpected<Error>(printed.error());
    return exit_status(report->appraisal);
  });
}

} // namespace sbx
