// Which processes and which sandboxes are there on this machine, as one look at it shows them?
#pragma once

#include "core/error.h"
#include "kernel/live_kernel.h"
#include "probes/witness.h"
#include "sandbox/choose.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
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

// What those execute that tell who made these processes.
Observation<std::vector<Command>> commands_for(Witness& witness, const ProcessTable& table,
                                               const std::vector<std::int64_t>& members);

// What was seen, and of a gap nothing: for recognition, which takes nothing for evidence of anything. Whoever
// calls this tells the gap, "who made it was not seen", to the user.
std::vector<Command> seen_commands(const Observation<std::vector<Command>>& commands,
                                   std::optional<Gap>& gap);

// One look at the machine, by a witness of the inspector itself, which is handed on.
template <class Work>
auto with_machine(Work&& work) -> decltype(work(std::declval<Witness&>(), std::declval<Machine&>())) {
  auto own = ProcTarget::self();
  if (!own)
    return tl::unexpected<Error>(own.error());
  LiveKernel kernel(std::move(*own));
  Witness witness(kernel);
  auto machine = look_at_machine(witness);
  if (!machine)
    return tl::unexpected<Error>(machine.error());
  return work(witness, *machine);
}

} // namespace sbx
