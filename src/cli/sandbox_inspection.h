// How do the processes of a sandbox become one report? Each is inspected as any other, until a look at the
// machine shows none that was not.
#pragma once

#include "cli/inspection.h"
#include "sandbox/target_name.h"

namespace sbx {

// `name` is of more than one process. ErrorKind::target where nothing, or more than one thing, is called so.
Result<Report> inspect_sandbox(const Options& options, const TargetName& name, const Wanted& wanted);

} // namespace sbx
