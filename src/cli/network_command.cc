#include "cli/command.h"
#include "cli/inspection.h"
#include "cli/live_target.h"
#include "cli/network_attempts.h"
#include "probes/socket_warnings.h"
#include "report/json.h"
#include "report/network_page.h"

namespace sbx {

Result<int> network_command(const Options& options) {
  const auto requirements = requirements_of(options.clauses);
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  const auto addresses = attempt_addresses(options.attempts);
  if (!addresses)
    return tl::unexpected<Error>(addresses.error());
  return with_target(options, std::nullopt, [&](Witness& witness) -> Result<int> {
    try_connections(witness, *addresses);
    auto report = inspect(witness, {*requirements, {}, {}}, "network");
    if (!report)
      return tl::unexpected<Error>(report.error());
    report->layers.front().second.claim("socket_tables", socket_claims(witness));
    if (auto same = witness.confirm_identity();
        !same) // the tables may be long, and were read after the first look
      return tl::unexpected<Error>(same.error());
    const std::string text = options.format == Format::json
                                 ? render_json(*report)
                                 : render_network(*report, table_style(options.colour, options.ascii));
    if (auto printed = print(text); !printed)
      return tl::unexpected<Error>(printed.error());
    return exit_status(report->appraisal);
  });
}

} // namespace sbx
