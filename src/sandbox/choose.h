// Which processes are the target that the user named? One answer, or an error that lists the candidates.
#pragma once

#include "core/error.h"
#include "sandbox/named_container.h"
#include "sandbox/sandbox_set.h"
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

// Of a set: "podman container 0123456789ab", "processes under 4242 (bwrap)"; escaped.
std::string set_words(const ProcessTable& table, const SandboxSet& set, const Named& named);

// The innermost set that a process belongs to; null where there is none.
const SandboxSet* set_with(const std::vector<SandboxSet>& sets, std::int64_t pid);

std::string comm_of(const ProcessTable& table, std::int64_t pid); // escaped; empty where it was not seen

} // namespace sbx
