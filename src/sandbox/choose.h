// Which processes are the target that the user named? One answer, or an error that lists the candidates.
#pragma once

#include "core/error.h"
#include "sandbox/set_words.h"
#include "sandbox/target_name.h"

#include <string>
#include <vector>

namespace sbx {

struct Choice {
  SandboxSet set;
  std::string what;               // "podman container 0123456789ab (web)", escaped
  std::vector<std::string> notes; // what the user should know of this choice, escaped
};

// `name` is of none of the kinds that are one process. ErrorKind::target where nothing, or more than one
// thing, is called so.
Result<Choice> choose(const TargetName& name, const ProcessTable& table, const std::vector<SandboxSet>& sets,
                      const Named& named);

} // namespace sbx
