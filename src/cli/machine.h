// Which processes and which sandboxes are there on this machine, as one look at it shows them?
#pragma once

#include "core/error.h"
#include "probes/witness.h"
#include "sandbox/choose.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sbx {

struct Machine {
  std::unique_ptr<ProcessTable> table;
  Surroundings surroundings;
  std::vector<SandboxSet> sets;
  std::int64_t self = 0;
};

// `witness` is of the inspector itself, and new: a witness asks once. ErrorKind::failure where /proc cannot
// be listed.
Result<Machine> look_at_machine(Witness& witness);

Surroundings surroundings_of(Witness& witness);

// What runtimes say that they run: on their sockets, or in the words of podman's conmon.
Named named_of(Witness& witness, const ProcessTable& table);

// What those execute that tell who made these processes; none where that was refused as a whole.
std::vector<Command> commands_for(Witness& witness, const ProcessTable& table,
                                  const std::vector<std::int64_t>& members);

} // namespace sbx
