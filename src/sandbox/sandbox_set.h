// Which processes are one sandbox? Those of one container's control group; else a process that something sets
// apart, with all that descends from it, and who entered its namespaces from outside.
#pragma once

#include "rules/container_cgroup.h"
#include "sandbox/fence.h"
#include "sandbox/process_table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct SandboxSet {
  std::optional<ContainerPlace> container; // where a control group tells it
  std::vector<std::string> conflicts;      // of its control groups, in words
  std::int64_t first = 0;            // the process that all others of it descend from, but for who entered
  std::vector<std::int64_t> members; // sorted; with those of the sets within it
  std::vector<std::int64_t> own;     // sorted; without those
  std::vector<std::int64_t> roots;   // members whose parent is no member; `first` is one
  std::optional<std::size_t> within; // the set around it, by its place in the list
};

// All sets, by their first process. `self` is the inspector: what it lives in itself sets nobody apart, and
// neither it nor a kernel thread is a member. A group below a container's is within that container, whoever
// made its processes; what is nested deeper than anybody nests is a part of the set around it.
std::vector<SandboxSet> sandbox_sets(const ProcessTable& table, const Surroundings& surroundings,
                                     std::int64_t self);

// These processes, at least one, as a set.
SandboxSet set_of(const ProcessTable& table, std::vector<std::int64_t> pids);

// A process with all that descends from it, as a set.
SandboxSet process_tree(const ProcessTable& table, std::int64_t pid);

// The part of the set from its first PID namespace on: the launcher that made it may be a member, and stands
// above. The whole set where it has none.
std::vector<std::int64_t> payload_of(const ProcessTable& table, const SandboxSet& set);

bool is_kernel_thread(const Process& process, const Surroundings& surroundings);
bool has_exited(const Process& process); // every thread was seen to; what was not seen may run

} // namespace sbx
