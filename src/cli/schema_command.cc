#include "cli/command.h"
#include "report/schema.h"

#include <fmt/core.h>

namespace sbx {

Result<int> schema_command(const Options& options) {
  if (options.schema != "report")
    return error(ErrorKind::usage, fmt::format("there is no schema '{}'; known: report", options.schema));
  if (auto printed = print(report_schema()); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
