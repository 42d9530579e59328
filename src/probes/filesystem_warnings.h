// What leads out of the target's files: a chroot that can be left, a working directory outside, places of the
// host that it may write to, mounts that appear on the host?
#pragma once

#include "core/warning.h"
#include "probes/filesystem_claims.h"

#include <array>
#include <vector>

namespace sbx {

inline constexpr std::array module_directories{"/lib/modules", "/usr/lib/modules"};

// `warn`: not in the host's own files, where all of this is so.
void add_ways_out(Witness& witness, const FilesystemSight& sight, const HostWritable& writable, bool warn,
                  std::optional<bool> escapable, std::vector<Warning>& warnings);

// Points, those that only continue another one left out: "/ (and 12 mounts below it)".
std::vector<std::string> outermost(const FilesystemSight& sight, const std::vector<std::string>& points);

} // namespace sbx
