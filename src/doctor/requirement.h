// What must be possible here? The clauses of doctor's --require: abilities, launchers that engage fully, and
// Landlock of an ABI.
#pragma once

#include "core/error.h"
#include "doctor/launcher_verdict.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// "userns,landlock>=4" and more of that, in order; ErrorKind::usage for a name that there is not.
Result<std::vector<std::string>> doctor_requirements(const std::vector<std::string>& clauses);
// "bubblewrap,landlock": ids of launchers; "openshell" is all that begin so.
Result<std::vector<std::string>> launcher_names(std::string_view list);

struct DoctorAnswer {
  std::string requirement;
  TrialOutcome outcome = TrialOutcome::unknown; // works: met; refused: unmet
};

std::vector<DoctorAnswer> judged_requirements(const std::vector<std::string>& requirements,
                                              const Abilities& abilities,
                                              const std::vector<LauncherVerdict>& launchers);

// 0 all are met, or there was none; 1 one is not; 4 none is unmet, and one is not known.
int doctor_status(const std::vector<DoctorAnswer>& answers);

} // namespace sbx
