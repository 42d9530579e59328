#include "cli/command.h"
#include "probes/registry.h"

#include <fmt/core.h>

namespace sbx {

Result<int> list_command(const Options&) {
  std::string text;
  for (const Probe& probe : probes())
    text +=
        fmt::format("{}\n    {}\n    enforced: {}\n    partial:  {}\n    absent:   {}\n    require:  {}\n\n",
                    probe.id, probe.question, probe.enforced, probe.partial, probe.absent, probe.requirement);
  text += "platform (no layer: what the kernel offers, and hints)\n"
          "    On which kernel does this run, and what does the machine look like?\n\n"
          "unknown, everywhere: it was not seen, and what was seen does not decide.\n";
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
