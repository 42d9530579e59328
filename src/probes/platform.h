// On which kernel does all this run, and what does the machine look like? Not a layer: what the kernel
// offers, and hints with their evidence.
#pragma once

#include "probes/witness.h"

#include <nlohmann/json.hpp>

namespace sbx {

// {"kernel_release","kernel_version","architecture": string|null,
//  "landlock": {"abi","errata": int|null, "answer": string}, "lsm": [string]|null, "lockdown": string|null,
//  "virtual_machine": {"state": "yes"|"no"|"unknown", "evidence": [string]},
//  "hints": [{"id","name","kind","evidence","also": [string],"confidence": "hint"|"likely"}],
//  "conflicts": [{"id","text","evidence": [string]}], "notes": [{"id","text","source"}], "gaps":
//  [{"kind","source","detail"}]}
nlohmann::json platform(Witness& witness);

} // namespace sbx
