// Are the requirements met by every process of a sandbox? Each is judged for each process; the weakest
// decides.
#pragma once

#include "gate/appraisal.h"
#include "gate/requirement.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct MemberAppraisal {
  std::string who;                    // "process 4242 (bash)", escaped
  std::optional<Appraisal> appraisal; // of all the requirements, in their order; empty: without requirements
};

// Empty without requirements. Where more processes may exist than were judged, what all of them meet is
// unknown; so it is where there is none at all.
std::optional<Appraisal> weakest_appraisal(const std::vector<MemberAppraisal>& members,
                                           const std::vector<Requirement>& requirements, bool settled);

} // namespace sbx
