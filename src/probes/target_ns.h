// Which of the target's namespaces are the initial ones? Over all its threads, with what could not be seen
// kept apart.
#pragma once

#include "probes/witness.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

namespace sbx {

struct TargetNs {
  std::optional<std::uint64_t> inode; // of the first thread that was seen
  std::optional<bool> initial;        // true when any thread's is; false when every thread's is another
  bool differs = false;               // between threads
  std::optional<Gap> gap;             // why `initial` is empty
};

// Threads that have exited beside others that have not: they run no code and count for nothing.
std::set<std::int64_t> exited_tids(Witness& witness);

// `kind`: one of rules/initial_ns.h's ns_kinds.
TargetNs target_ns(Witness& witness, std::string_view kind);

// Whether the inspector itself lives in the initial one; nothing where that cannot be told.
std::optional<bool> own_ns_initial(Witness& witness, std::string_view kind);

} // namespace sbx
