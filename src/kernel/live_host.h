// What does the machine say of itself? Everything here is shown as a hint or as what the kernel offers, never
// as a layer that is enforced.
#pragma once

#include "core/reading.h"

namespace sbx {

Reading read_osrelease();    // uname(2) release
Reading read_machine();      // uname(2) machine
Reading read_lsm_modules();  // lsm_list_modules(2), 6.8: numbers separated by commas
Reading read_cpuid();        // properties: hypervisor 0|1, vendor; EOPNOTSUPP where the CPU has no cpuid
Reading read_dmi();          // properties: sys_vendor, product_name, ...
Reading read_acpi();         // properties: table name and OEM id
Reading read_hypervisor();   // properties: files that only exist below a hypervisor
Reading read_markers();      // properties: marker files of runtimes, "present" or an errno
Reading read_ipe_policies(); // host/ipe: a property for each, none where there is none

} // namespace sbx
