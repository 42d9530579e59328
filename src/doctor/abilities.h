// What could be enforced for a process that is started here? All that is told, in the order of the page.
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

#include <string_view>
#include <vector>

namespace sbx {

Abilities abilities_of(const DoctorScene& scene);

// The ids that abilities_of() gives, for those who ask for one by name.
std::vector<std::string_view> ability_ids();

} // namespace sbx
