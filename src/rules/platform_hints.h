// What does this machine look like? Recognisers of kernels, hypervisors and container runtimes by strings
// that anyone could imitate: hints with the strings they rest on, never evidence of a layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// One string that was seen, and where: "release", "version", "cpuinfo", "cmdline", "cpuid", "dmi", "acpi",
// "device_tree", "device", "os_release", "nodename", "environ", "mount", "mount_source", "root_type",
// "cgroup", "marker". Raw bytes.
struct PlatformString {
  std::string_view where;
  std::string text;
};

struct PlatformEvidence {
  std::string_view where;
  std::string words; // where and what: "release 6.12.72-linuxkit", escaped
};

struct PlatformHint {
  std::string id, name;
  std::string kind;                              // "platform", "hypervisor" or "container"
  std::string evidence;                          // the first of
  std::vector<PlatformEvidence> all;             // one for each kind of evidence
  bool likely() const { return all.size() > 1; } // two kinds that are independent of each other
  bool rests_on(std::string_view where) const;
};

std::vector<PlatformHint> platform_hints(const std::vector<PlatformString>& strings);

} // namespace sbx
