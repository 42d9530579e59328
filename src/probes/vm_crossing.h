// What of the host does a monitor hold that its guest may reach through it?
#pragma once

#include "core/finding.h"
#include "core/warning.h"
#include "probes/vm_descriptors.h"
#include "probes/witness.h"

#include <vector>

namespace sbx {

// Claims: `shared_directories`, `devices`, `backends`; null where nothing was found and not all was seen.
// Warnings: vm.shared_directory, vm.vsock, vm.tap, vm.user_network, vm.vfio, vm.vhost, vm.disk,
// vm.userfaultfd, vm.backend.
void add_vm_crossing(Witness& witness, const VmDescriptors& held, bool whole, Finding& finding,
                     std::vector<Warning>& warnings);

} // namespace sbx
