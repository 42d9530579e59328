// Can a process that is started here put a seccomp filter on itself, with which means?
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

namespace sbx {

// seccomp, seccomp.notify, seccomp.notify_killable, no_new_privs.
Abilities filter_abilities(const DoctorScene& scene);

} // namespace sbx
