#include "cli/machine.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "launchers/chain.h"
#include "probes/target_ns.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

std::string word_after(const Command& command, std::string_view option) {
  if (command.error != 0 || !command.argv)
    return {};
  const auto at = std::find(command.argv->begin(), command.argv->end(), option);
  return at == command.argv->end() || at + 1 == command.argv->end() ? std::string() : *(at + 1);
}

void take(Surroundings& surroundings, const Observation<std::vector<TaskNs>>& seen) {
  seen.match(
      [&](const Seen<std::vector<TaskNs>>& it) {
        for (const auto& [kind, inode] : it.value().front().inodes)
          if (inode)
            surroundings.ns.try_emplace(kind, *inode);
      },
      [](const Gap&) {});
}

void add_unheard(Named& named, const std::string& why) {
  named.unheard += (named.unheard.empty() ? "" : ", ") + why;
}

// podman starts one for each container, with its name and id.
void add_conmons(Named& named, Witness& witness, const ProcessTable& table) {
  constexpr std::size_t most = 256;
  std::vector<std::string> pids;
  for (const Process& it : table.all())
    if (it.status && it.status->name == "conmon")
      pids.push_back(std::to_string(it.pid));
  if (pids.size() > most) {
    pids.resize(most);
    add_unheard(named, fmt::format("more than {} of podman's conmon run", most));
  }
  if (pids.empty())
    return;
  witness.commands(pids).match(
      [&](const Seen<std::vector<Command>>& seen) {
        for (const Command& it : seen.value()) {
          const std::string id = word_after(it, "-c"), name = word_after(it, "-n");
          const bool known = std::any_of(named.containers.begin(), named.containers.end(),
                                         [&](const NamedContainer& one) { return one.id == id; });
          if (!known && id.size() == 64 && !name.empty())
            named.containers.push_back({"podman", id, {name}, 0, {}});
        }
      },
      [&](const Gap& gap) { add_unheard(named, "podman's conmon: " + gap.detail); });
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

Named named_of(Witness& witness, const ProcessTable& table) {
  Named named;
  witness.pods().match(
      [&](const Seen<Pods>& seen) {
        for (const Pod& it : seen.value().pods)
          named.pods.push_back({it.ns, it.name, it.uid});
      },
      [&](const Gap& gap) {
        if (gap.kind != GapKind::unsupported) // that there is no such folder: no kubelet here
          add_unheard(named, "pods: " + gap.detail);
      });
  witness.containers().match(
      [&](const Seen<Containers>& seen) {
        for (const Container& it : seen.value().containers)
          named.containers.push_back({it.runtime, it.id, it.names, it.pid.value_or(0), it.labels});
        for (const ContainerSource& it : seen.value().sources)
          if (it.error != 0 || it.cut)
            add_unheard(named, fmt::format("{} at {} {}", it.runtime, escaped(it.path, 120),
                                           it.cut ? "told only a part"
                                                  : "did not answer (" + errno_name(it.error) + ")"));
      },
      [&](const Gap& gap) { add_unheard(named, "no container runtime was asked: " + gap.detail); });
  add_conmons(named, witness, table);
  return named;
}

Observation<std::vector<Command>> commands_for(Witness& witness, const ProcessTable& table,
                                               const std::vector<std::int64_t>& members) {
  return witness.commands(wanted_commands(table, members));
}

std::vector<Command> seen_commands(const Observation<std::vector<Command>>& commands,
                                   std::optional<Gap>& gap) {
  return commands.match([](const Seen<std::vector<Command>>& seen) { return seen.value(); },
                        [&](const Gap& unseen) {
                          gap = unseen;
                          return std::vector<Command>();
                        });
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
