// What do the settings of a service come to, for each layer? The parts of systemd_unit.cc.
#pragma once

#include "policy/unit_service.h"

namespace sbx {

// Each adds the wishes, and the rows of what cannot be compared. What is malformed throws PolicyFault.
void add_unit_mounts(const UnitService& service, Policy& policy);
void add_unit_seccomp(const UnitService& service, Policy& policy);

} // namespace sbx
