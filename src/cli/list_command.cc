#include "cli/command.h"
#include "probes/registry.h"

#include <fmt/core.h>

namespace sbx {

Result<int> list_command(const Options&) {
  std::string text;
  for (const Probe& probe : probes())
    text += fmt::format("{:<14} {}\n{:<14} require: {}\n", probe.id, probe.question, "", probe.requirement);
  text += fmt::format("{:<14} {}\n", "platform",
                      "On which kernel does this run, and what does the machine look like?");
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
