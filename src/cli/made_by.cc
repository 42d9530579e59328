#include "cli/made_by.h"

#include "cli/launcher_sight.h"
#include "cli/machine.h"
#include "core/some_of.h"
#include "launchers/chain.h"
#include "launchers/launcher_claims.h"
#include "launchers/member_roles.h"
#include "sandbox/choose.h"

#include <fmt/format.h>

namespace sbx {

namespace {

std::vector<std::string> notes_of(const ProcessTable& table, const SandboxSet& set, const MemberRole& role,
                                  const std::vector<Launcher>& chain) {
  std::vector<std::string> notes;
  if (role.role == "supervisor") {
    std::vector<std::string> agents;
    const Launcher* openshell = openshell_in(chain);
    for (const std::int64_t it :
         openshell_agents(table, openshell && openshell->pid > 0 ? openshell->pid : set.first))
      agents.push_back(fmt::format("{} ({})", it, comm_of(table, it)));
    notes.push_back(fmt::format("this is OpenShell's supervisor, not what an agent runs in; agents: {}",
                                some_of(std::move(agents), 6)));
  } else if (role.role == "monitor" || role.role == "entered") {
    notes.push_back("this is not what the sandbox runs: " + role.why);
  }
  if (set.members.size() > 1)
    notes.push_back(
        fmt::format("one of {} processes of its sandbox that are seen from here; tree:{} judges all of them",
                    set.members.size(), set.first));
  if (!set.conflicts.empty())
    notes.push_back("its control groups disagree: " + some_of(set.conflicts, 3));
  return notes;
}

} // namespace

MadeBy made_by(Witness& witness, const std::vector<std::pair<std::string, Finding>>& layers) {
  MadeBy made;
  const auto pid = witness.identity().match([](const Seen<Identity>& seen) { return seen.value().pid; },
                                            [](const Gap&) { return std::int64_t{0}; });
  witness.kin().match(
      [&](const Seen<Processes>& seen) {
        const ProcessTable table(seen.value());
        const Surroundings surroundings = surroundings_of(witness);
        const auto sets = sandbox_sets(table, surroundings, 0);
        const SandboxSet* in = set_with(sets, pid);
        const SandboxSet set = in ? *in : table.find(pid) ? set_of(table, {pid}) : SandboxSet();
        const auto commands = seen_commands(commands_for(witness, table, set.members), made.gap);
        const auto chain = launcher_chain(table, commands, launcher_sight(witness, layers), {pid});
        made.launchers = launcher_claims(chain);
        made.chain = chain_words(chain);
        if (in) {
          const auto roles = member_roles(table, set, surroundings, chain, false);
          made.role = roles.at(pid).role;
          made.notes = notes_of(table, set, roles.at(pid), chain);
        }
      },
      [&](const Gap& gap) { made.gap = gap; });
  return made;
}

} // namespace sbx
