#include "cli/command.h"
#include "cli/machine.h"
#include "core/escape.h"
#include "kernel/live_kernel.h"
#include "report/ps_page.h"
#include "sandbox/set_summary.h"

#include <algorithm>
#include <fmt/format.h>

namespace sbx {

namespace {

PsRow row_of(const Machine& machine, const SandboxSet& set, const LandlockLayers* layers) {
  const SetSummary summary = summary_of(*machine.table, machine.surroundings, set, layers);
  PsRow row;
  row.what = set_words(*machine.table, set, {});
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

// Of those that are in no set: who could be in one, for not all that sets a process apart was seen.
std::size_t unseen_processes(const Machine& machine) {
  const auto& all = machine.table->all();
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Process& it) {
    if (it.pid == machine.self || is_kernel_thread(it, machine.surroundings) ||
        set_with(machine.sets, it.pid))
      return false;
    return std::any_of(fences.begin(), fences.end(), [&](Fence fence) {
      return fence != Fence::vm && !has_fence(it, fence, machine.surroundings);
    });
  }));
}

} // namespace

Result<int> ps_command(const Options& options) {
  auto own = ProcTarget::self();
  if (!own)
    return tl::unexpected<Error>(own.error());
  LiveKernel kernel(std::move(*own));
  Witness witness(kernel);
  const auto machine = look_at_machine(witness);
  if (!machine)
    return tl::unexpected<Error>(machine.error());
  PsPage page;
  page.tool_version = SBX_VERSION;
  page.looked_at = machine->table->all().size();
  page.settled = machine->table->settled();
  const auto layers = witness.landlock_layers();
  const LandlockLayers* seen = layers.match([](const Seen<LandlockLayers>& it) { return &it.value(); },
                                            [](const Gap&) -> const LandlockLayers* { return nullptr; });
  for (const SandboxSet& set : machine->sets)
    page.rows.push_back(row_of(*machine, set, seen));
  layers.match(
      [](const Seen<LandlockLayers>&) {},
      [&](const Gap& gap) { page.notes.push_back("Landlock was not seen: " + escaped(gap.detail, 200)); });
  if (const std::size_t unseen = unseen_processes(*machine); unseen > 0)
    page.notes.push_back(
        fmt::format("{} more processes could not be looked at, and may be sandboxes: run as root, "
                    "in the initial PID namespace",
                    unseen));
  if (!page.settled)
    page.notes.emplace_back("processes came and went while they were read: there may be more");
  const std::string text = options.format == Format::json
                               ? render_ps_json(page)
                               : render_ps(page, table_style(options.colour, options.ascii));
  if (auto printed = print(text); !printed)
    return tl::unexpected<Error>(printed.error());
  return 0;
}

} // namespace sbx
