// May a process that is started here use a device, and a virtual machine?
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

namespace sbx {

Ability device_ability(const DoctorScene& scene, const char* id, const char* title, const char* path);
Ability kvm_ability(const DoctorScene& scene);

} // namespace sbx
