// Which doors to the kernel stand open in the target's files: /proc and /sys that engines cover, settings of
// the whole machine, control groups?
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/filesystem_sight.h"

#include <string>
#include <vector>

namespace sbx {

std::vector<std::string> kernel_file_paths(); // what is asked about

// The claims "masked" and "unmasked", and warnings where `warn`: in the host's own files nothing is covered.
void add_kernel_files(Witness& witness, const FilesystemSight& sight, bool warn, Finding& finding,
                      std::vector<Warning>& warnings);

} // namespace sbx
