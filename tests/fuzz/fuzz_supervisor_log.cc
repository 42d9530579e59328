// Any bytes as a log of OpenShell's supervisor.
#include "policy/supervisor_log.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sbx::SupervisorLog log =
      sbx::parse_supervisor_log({reinterpret_cast<const char*>(data), size}, "openshell.log");
  for (const sbx::LogClaim& claim : log.claims) {
    const bool counted = claim.meaning != sbx::LogMeaning::landlock_built || (claim.rules && claim.skipped);
    const bool absolute = !claim.path || claim.path->starts_with('/');
    if (!counted || !absolute || claim.place.mark.line > log.lines || claim.text.size() > 1024)
      __builtin_trap();
  }
  return 0;
}
