// What is claimed of the target's root and mounts?
#pragma once

#include "core/finding.h"
#include "probes/filesystem_sight.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

// What of the host it may write to, by mounts alone.
struct HostWritable {
  std::vector<std::string> points; // raw bytes
  std::optional<Gap> gap;          // there may be more
};

// In the host's own mount namespace all that stores files counts. Elsewhere: file systems of the host's, but
// not its own root directory, unless that is a directory of the system, and not what an engine made for it.
HostWritable host_writable(const FilesystemSight& sight);

// Whether the root itself counts.
bool root_is_of_host(const FilesystemSight& sight);

// Where the host has the root directory of the weakest thread.
std::optional<std::string> root_host_path(const FilesystemSight& sight);

// "its own root (overlay), read-only"
std::string root_words(const FilesystemSight& sight, std::optional<bool> escapable);

// `escapable`: a thread has CAP_SYS_CHROOT, with which a chroot is left.
Claims root_claim(const FilesystemSight& sight, std::optional<bool> escapable);

void claim_mounts(Finding& finding, const FilesystemSight& sight, const HostWritable& writable);

} // namespace sbx
