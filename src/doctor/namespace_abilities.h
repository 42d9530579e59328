// Which namespaces and mounts can a process get that is started here: by its own privilege, or below a user
// namespace?
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

namespace sbx {

// ns.mnt ... ns.time, loopback, mount, mount.proc, mount.devpts, pivot_root. `userns`: what
// user_namespace_ability() said.
Abilities namespace_abilities(const DoctorScene& scene, const Ability& userns);

} // namespace sbx
