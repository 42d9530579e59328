// Does a launcher engage here: fully, with less, or not, and why? From the abilities by the table of what it
// needs; where its program was really started, what came of that counts more.
#pragma once

#include "doctor/ability.h"
#include "doctor/launcher_needs.h"
#include "doctor/scene.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Engages { fully, with_less, no, unknown };

std::string_view engages_name(Engages engages); // "fully", "with-less", "no", "unknown"

struct LauncherRun {
  std::string id, flags, result, said; // result: ok, failed, killed, late; said: escaped
};

struct Loss {
  std::string what, because;
  TrialOutcome outcome = TrialOutcome::refused; // unknown: perhaps it is lost
};

struct LauncherVerdict {
  std::string id, title, kind;
  Engages engages = Engages::unknown;
  std::optional<std::string> program; // escaped path; empty: not installed, or none is needed
  bool needs_program = false;
  std::vector<Loss> losses;
  std::vector<std::string> because;    // why not, or why that is not known
  std::vector<std::string> blocked_by; // ids of the abilities that decide about `because`
  std::vector<LauncherRun> runs;
};

LauncherVerdict launcher_verdict(const LauncherNeeds& launcher, const DoctorScene& scene,
                                 const Abilities& abilities);

// One ability, "landlock>=4" or "ns.net@alone"; nothing where there is no such name.
std::optional<TrialOutcome> ability_outcome(const Abilities& abilities, std::string_view need);

// The strongest that engages, fully before with less; `installed`: of those whose program is here, or that
// need none.
const LauncherVerdict* best_of(const std::vector<LauncherVerdict>& verdicts, bool installed);

} // namespace sbx
