// Can a process that is started here make a user namespace, with a map and capabilities that count? And who
// says no?
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"
#include "doctor/suspects.h"

namespace sbx {

Ability user_namespace_ability(const DoctorScene& scene);

// AppArmor lets unprivileged users make one and takes all capabilities in it: established, from its switch or
// from the label that a process has in there.
std::optional<Refuser> apparmor_restricts(const DoctorScene& scene);

} // namespace sbx
