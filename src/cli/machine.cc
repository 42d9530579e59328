#include "cli/machine.h"

#include "launchers/chain.h"
#include "probes/target_ns.h"

namespace sbx {

namespace {

void take(Surroundings& surroundings, const Observation<std::vector<TaskNs>>& seen) {
  seen.match(
      [&](const Seen<std::vector<TaskNs>>& it) {
        for (const auto& [kind, inode] : it.value().front().inodes)
          if (inode)
            surroundings.ns.try_emplace(kind, *inode);
      },
      [](const Gap&) {});
}

} // namespace

Surroundings surroundings_of(Witness& witness) {
  Surroundings surroundings;
  surroundings.initial = own_ns_initial(witness, "pid").value_or(false);
  if (surroundings.initial)
    take(surroundings, witness.init_ns());
  take(surroundings, witness.self_ns());
  return surroundings;
}

Named named_of(Witness& witness) {
  Named named;
  witness.pods().match(
      [&](const Seen<Pods>& seen) {
        for (const Pod& it : seen.value().pods)
          named.pods.push_back({it.ns, it.name, it.uid});
      },
      [](const Gap&) {}); // no kubelet here
  return named;
}

std::vector<Command> commands_for(Witness& witness, const ProcessTable& table,
                                  const std::vector<std::int64_t>& members) {
  return witness.commands(wanted_commands(table, members))
      .match([](const Seen<std::vector<Command>>& seen) { return seen.value(); },
             [](const Gap&) { return std::vector<Command>(); });
}

Result<Machine> look_at_machine(Witness& witness) {
  auto identity = witness.identity().match([](const Seen<Identity>& seen) { return seen.value().pid; },
                                           [](const Gap&) { return std::int64_t{0}; });
  return witness.processes().match(
      [&](const Seen<Processes>& seen) -> Result<Machine> {
        Machine machine{std::make_unique<ProcessTable>(seen.value()), surroundings_of(witness), {}, identity};
        machine.sets = sandbox_sets(*machine.table, machine.surroundings, machine.self);
        return machine;
      },
      [](const Gap& gap) -> Result<Machine> {
        return error(ErrorKind::failure, "could not list the processes of this machine: " + gap.detail);
      });
}

} // namespace sbx
