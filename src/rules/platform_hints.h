// What does this machine look like? Recognisers of kernels, hypervisors and container runtimes by strings
// that anyone could imitate: hints with the string they rest on, never evidence of a layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// One string that was seen, and where: "release", "version", "cpuinfo", "cmdline", "cpuid", "dmi", "acpi",
// "cgroup", "marker". Raw bytes.
struct PlatformString {
  std::string_view where;
  std::string text;
};

struct PlatformHint {
  std::string id, name;
  std::string kind;     // "platform", "hypervisor" or "container"
  std::string evidence; // where and what: "release 6.12.72-linuxkit", escaped
};

std::vector<PlatformHint> platform_hints(const std::vector<PlatformString>& strings);

} // namespace sbx
