#include "cli/command.h"
#include "cli/machine.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "launchers/chain.h"
#include "launchers/launcher_claims.h"
#include "report/ps_page.h"
#include "sandbox/set_summary.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace sbx {

namespace {

// In no set, and yet perhaps a monitor of virtual machines that emulates (it has threads), or under one that
// traces it: nothing of the kernel's sets these apart, and only what they execute tells of them.
std::vector<std::int64_t> candidates(const Machine& machine) {
  std::vector<std::int64_t> found;
  for (const Process& it : machine.table->all()) {
    const bool odd = it.tids.size() > 1 || (it.status && it.status->tracer_pid.value_or(0) != 0);
    if (odd && it.pid != machine.self && !is_kernel_thread(it, machine.surroundings) && !has_exited(it) &&
        !set_with(machine.sets, it.pid))
      found.push_back(it.pid);
  }
  return found;
}

// Of all at once: what they execute, and those above them.
std::vector<Command> commands_of(Witness& witness, const Machine& machine,
                                 const std::vector<std::int64_t>& all, std::optional<Gap>& gap) {
  std::set<std::string> pids;
  for (const std::int64_t first : all)
    for (std::string& pid : wanted_commands(*machine.table, {first}))
      pids.insert(std::move(pid));
  return seen_commands(witness.commands({pids.begin(), pids.end()}), gap);
}

// Those that are launchers themselves and need nothing of the kernel's for it.
std::vector<SandboxSet> emulators(const Machine& machine, const std::vector<std::int64_t>& found,
                                  const std::vector<Command>& commands) {
  std::vector<SandboxSet> sets;
  for (const std::int64_t pid : found) {
    const auto chain = launcher_chain(*machine.table, commands, {}, {pid});
    const bool is_one = std::any_of(chain.begin(), chain.end(), [&](const Launcher& it) {
      const bool traces = machine.table->find(pid)->status->tracer_pid == it.pid && it.pid > 0;
      return it.confidence != Confidence::hint && (traces || (it.kind == LauncherKind::vmm && it.pid == pid));
    });
    if (is_one && !set_with(sets, pid))
      sets.push_back(process_tree(*machine.table, pid));
  }
  return sets;
}

// Those of `all` that tell of these processes: the recognisers look at each they are given.
std::vector<Command> commands_of_set(const ProcessTable& table, const std::vector<Command>& all,
                                     const std::vector<std::int64_t>& members) {
  const auto wanted = wanted_commands(table, members);
  const std::set<std::string> pids(wanted.begin(), wanted.end());
  std::vector<Command> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const Command& it) { return pids.contains(it.path); });
  return found;
}

PsRow row_of(const Machine& machine, const SandboxSet& set, const LandlockLayers* layers,
             const std::vector<Command>& commands, const Named& named) {
  const auto payload = payload_of(*machine.table, set);
  const auto chain =
      launcher_chain(*machine.table, commands_of_set(*machine.table, commands, payload), {}, payload);
  const SetSummary summary = summary_of(*machine.table, machine.surroundings, set, layers);
  PsRow row;
  row.what = set_words(*machine.table, set, named);
  row.chain = chain_words(chain);
  row.launchers = launcher_claims(chain);
  row.first = set.first;
  row.first_comm = comm_of(*machine.table, set.first);
  row.members = set.members;
  row.processes = summary.processes;
  row.threads = summary.threads;
  row.exited = summary.exited;
  for (const auto& [fence, share] : summary.fences)
    row.has.emplace_back(fence_name(fence), share);
  row.has.emplace_back("landlock", summary.landlock);
  row.has.emplace_back("no_capabilities", summary.without_capabilities);
  row.landlock_layers = summary.landlock_layers;
  row.weakest = summary.weakest;
  row.weakest_comm = comm_of(*machine.table, summary.weakest);
  row.lacks = summary.lacks;
  return row;
}

// Who is in no set and could be in one, for not all that sets a process apart was seen.
std::vector<std::int64_t> unseen_processes(const Machine& machine) {
  std::vector<std::int64_t> unseen;
  for (const Process& it : machine.table->all())
    if (it.pid != machine.self && !is_kernel_thread(it, machine.surroundings) && !has_exited(it) &&
        !set_with(machine.sets, it.pid) && std::any_of(fences.begin(), fences.end(), [&](Fence fence) {
          return fence != Fence::vm && fence != Fence::cgroup_ns && fence != Fence::time_ns &&
                 !has_fence(it, fence, machine.surroundings);
        }))
      unseen.push_back(it.pid);
  return unseen;
}

std::string unseen_words(const Machine& machine, const std::vector<std::int64_t>& unseen) {
  std::vector<std::string> names;
  for (const std::int64_t pid : unseen)
    names.push_back(fmt::format("{} ({})", pid, comm_of(*machine.table, pid)));
  return fmt::format(
      "{} process{} could not be looked at and may be sandboxed: {}; more is seen as root, with all "
      "capabilities",
      unseen.size(), unseen.size() == 1 ? "" : "es", some_of(std::move(names), 3));
}

PsPage page_of(Witness& witness, const Machine& machine) {
  PsPage page;
  page.tool_version = SBX_VERSION;
  page.looked_at = machine.table->all().size();
  page.settled = machine.table->settled();
  const auto layers = witness.landlock_layers();
  const LandlockLayers* seen =
      layers.match([](const Seen<LandlockLayers>& it) { return &it.value(); },
                   [&](const Gap& gap) -> const LandlockLayers* {
                     page.notes.push_back("Landlock was not seen: " + escaped(gap.detail, 200));
                     return nullptr;
                   });
  const auto odd = candidates(machine);
  std::vector<std::int64_t> asked = odd;
  for (const SandboxSet& set : machine.sets)
    asked.push_back(set.first);
  std::optional<Gap> unseen_makers;
  const auto commands = commands_of(witness, machine, asked, unseen_makers);
  if (unseen_makers)
    page.notes.push_back("who made them was not seen: " + escaped(unseen_makers->detail, 200));
  const bool containers = std::any_of(machine.sets.begin(), machine.sets.end(),
                                      [](const SandboxSet& it) { return it.container.has_value(); });
  const Named named = containers ? named_of(witness, *machine.table) : Named();
  if (!named.unheard.empty())
    page.notes.push_back("containers without a name here: " + named.unheard);
  for (const SandboxSet& set : machine.sets)
    page.rows.push_back(row_of(machine, set, seen, commands, named));
  for (const SandboxSet& set : emulators(machine, odd, commands))
    page.rows.push_back(row_of(machine, set, seen, commands, named));
  std::stable_sort(page.rows.begin(), page.rows.end(),
                   [](const PsRow& a, const PsRow& b) { return a.first < b.first; });
  if (const auto unseen = unseen_processes(machine); !unseen.empty())
    page.notes.push_back(unseen_words(machine, unseen));
  if (!page.settled)
    page.notes.emplace_back("processes came and went while they were read: there may be more");
  return page;
}

} // namespace

Result<int> ps_command(const Options& options) {
  const auto page = with_machine(
      [](Witness& witness, Machine& machine) -> Result<PsPage> { return page_of(witness, machine); });
  if (!page)
    return tl::unexpected<Error>(page.error());
  const std::string text = options.format == Format::json
                               ? render_ps_json(*page)
                               : render_ps(*page, table_style(options.colour, options.ascii));
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
