#include "cli/command.h"
#include "core/escape.h"
#include "report/schema.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

Result<int> schema_command(const Options& options) {
  std::string known;
  for (const Schema& it : schemas())
    known += (known.empty() ? "" : ", ") + std::string(it.name);
  const auto found = std::find_if(schemas().begin(), schemas().end(),
                                  [&](const Schema& it) { return it.name == options.schema; });
  if (found == schemas().end())
    return error(ErrorKind::usage,
                 fmt::format("there is no schema '{}'; known: {}", escaped(options.schema, 40), known));
  if (auto printed = print(found->text); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
