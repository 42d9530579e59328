// Do the filters meet seccomp.denies, seccomp.profile or seccomp.default? From the claims of the layer alone.
#pragma once

#include "core/finding.h"
#include "gate/judged.h"
#include "gate/requirement.h"

namespace sbx {

Judged judge_seccomp(const Finding& finding, const Requirement& requirement);

} // namespace sbx
