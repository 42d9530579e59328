// Which monitor does the target seem to be, and what does its command line say? Names and words: hints.
#pragma once

#include "core/finding.h"
#include "probes/witness.h"
#include "rules/vmm_names.h"

#include <string>

namespace sbx {

struct VmProgram {
  const VmmProgram* row = nullptr;
  std::string words; // "QEMU, by its executable qemu-system-x86_64"; empty where it is none that is known
  Claims arguments = nullptr; // [{"kind", "option", "value"}]; null: not seen
};

// What it executes is asked about only of a monitor, or of what is called like one.
VmProgram vm_program(Witness& witness, bool monitor);

} // namespace sbx
