#include "launchers/found_launchers.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::size_t most_launchers = 32, most_evidence = 16;

// Which file an ancestor and which a process of the sandbox executes is one and the same kind of evidence,
// where the two are of one launcher.
EvidenceKind file_kind(EvidenceKind kind) {
  return kind == EvidenceKind::executable ? EvidenceKind::ancestry : kind;
}

void take(ProcessClue&& clue, Launcher& launcher) {
  for (LauncherEvidence& it : clue.evidence)
    // What several processes of one launcher say alike is said once, by the first.
    if (launcher.evidence.size() < most_evidence &&
        std::none_of(launcher.evidence.begin(), launcher.evidence.end(), [&](const LauncherEvidence& known) {
          return file_kind(known.kind) == file_kind(it.kind) && known.forgeable <= it.forgeable;
        }))
      launcher.evidence.push_back(std::move(it));
  for (std::string& it : clue.against)
    if (launcher.against.size() < most_evidence)
      launcher.against.push_back(std::move(it));
  if (launcher.instance.empty())
    launcher.instance = std::move(clue.instance);
}

// A launcher of several processes: bubblewrap forks a second that is PID 1 of the sandbox, with the same
// words.
FoundLauncher* same_launch(const LauncherRow& row, const Command* command, std::size_t depth,
                           FoundLaunchers& found) {
  for (auto it = found.rbegin(); it != found.rend(); ++it) {
    if (it->row != &row)
      continue;
    const bool next = it->last_depth + 1 == depth;
    const bool same_words = !command || !command->argv || it->last_argv.empty() ||
                            *command->argv == it->last_argv || row.kind == LauncherKind::vmm ||
                            row.kind == LauncherKind::service_manager;
    return row.around || (next && same_words) ? &*it : nullptr;
  }
  return nullptr;
}

} // namespace

FoundLaunchers launchers_by_processes(const Lineage& lineage) {
  FoundLaunchers found;
  for (std::size_t depth = 0; depth < lineage.path().size(); ++depth) {
    const Process& process = *lineage.path()[depth];
    const Command* const command = lineage.command(process.pid);
    for (const LauncherRow& row : launcher_rows()) {
      auto clue = process_clue(row, lineage, process);
      if (!clue)
        continue;
      FoundLauncher* launch = same_launch(row, command, depth, found);
      if (!launch) {
        if (found.size() == most_launchers)
          break;
        add_own_namespaces(row, lineage, process, *clue);
        launch = &found.emplace_back();
        launch->row = &row;
        launch->process = &process;
        launch->launcher.pid = process.pid;
      }
      launch->last_depth = depth;
      launch->last_argv = command && command->argv ? *command->argv : std::vector<std::string>();
      take(std::move(*clue), launch->launcher);
    }
  }
  return found;
}

} // namespace sbx
