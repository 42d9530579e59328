// Where do the filters part from a profile that the user gives? As a claim.
#pragma once

#include "core/error.h"
#include "core/finding.h"
#include "probes/seccomp_view.h"
#include "seccomp/oci_profile.h"
#include "seccomp/profile_match.h"

namespace sbx {

// {"same":true|false|null,"capabilities","differences":[{"architecture","syscall","number","kind","here","there"}],
//  "architectures":[{"architecture","refused_here","refused_there"}],"too_young"}; docs/seccomp.md says what
//  stands in each. `same`
// is null where not everything could be compared and no difference was found. The profile is taken for the
// process's bounding set; of a program by itself for no capabilities. An Error where libseccomp would refuse
// the profile.
Result<Claims> seccomp_against(const SeccompView& view, const MatchSubject& subject,
                               const OciProfile& profile);

} // namespace sbx
