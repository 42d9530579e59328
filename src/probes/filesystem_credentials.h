// Does the target see places where keys and tokens are kept? That they are there, never what is in them.
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/filesystem_sight.h"

#include <vector>

namespace sbx {

// The claim "credentials", and warnings where `warn`.
void add_credentials(Witness& witness, const FilesystemSight& sight, bool warn, Finding& finding,
                     std::vector<Warning>& warnings);

} // namespace sbx
