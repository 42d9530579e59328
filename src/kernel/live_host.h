// What does the machine say of itself? Everything here is shown as a hint or as what the kernel offers, never
// as a layer that is enforced.
#pragma once

#include "core/reading.h"

#include <string>
#include <string_view>

namespace sbx {

Reading read_osrelease();   // uname(2) release
Reading read_machine();     // uname(2) machine
Reading read_lsm_modules(); // lsm_list_modules(2), 6.8: numbers separated by commas
Reading read_cpuid();       // properties: hypervisor 0|1, vendor; EOPNOTSUPP where the CPU has no cpuid
Reading read_dmi();         // properties: sys_vendor, product_name, ...
Reading read_acpi();        // properties: table name and OEM id
Reading read_hypervisor();  // properties: files that only exist below a hypervisor
Reading read_markers();     // properties: marker files of runtimes, "present" or an errno
Reading read_devices();     // properties: what only virtual machines have, "present" or an errno
Reading read_os_release();  // properties: id, version_id, variant_id, name of os-release(5)
Reading read_nodename();    // properties: `name` where uname(2) has one of a list; else none
// Properties: `name` for each variable of a list that the inspector itself was started with.
Reading read_own_environ_names();
Reading read_ipe_policies(); // host/ipe: a property for each, none where there is none

// What of such a text is told.
std::string os_release_lines(std::string_view text);
std::string nodename_lines(std::string_view nodename); // names of users' own are left out

} // namespace sbx
