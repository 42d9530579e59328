// Can a process that is started here put Landlock on itself, with which ABI, and how many more layers?
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

namespace sbx {

// Its claims: abi, errata, layers, layers_left, null where not seen.
Ability landlock_ability(const DoctorScene& scene);

} // namespace sbx
