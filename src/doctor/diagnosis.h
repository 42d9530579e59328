// What does doctor say, all of it? The page and the JSON are drawn from this and from nothing else.
#pragma once

#include "doctor/ability.h"
#include "doctor/launcher_verdict.h"
#include "doctor/requirement.h"
#include "doctor/scene.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct Diagnosis {
  std::string tool_version;
  nlohmann::json process;      // who would be started: ids, capabilities, filters, label; null is "not seen"
  nlohmann::json surroundings; // modules, switches, masks of /proc
  Abilities abilities;
  std::vector<LauncherVerdict> launchers; // those that were asked for
  std::optional<LauncherVerdict> best, best_installed;
  std::vector<DoctorAnswer> requirements;
};

// `only`: these launchers, all where it is empty; the best is sought among them.
Diagnosis diagnose(const DoctorScene& scene, const std::vector<std::string>& requirements,
                   const std::vector<std::string>& only);

} // namespace sbx
