#include "launchers/process_clue.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_shown = 120, most_instance = 255;

// "-namespace moby": a word, and the one after it.
bool has_word(std::string_view pattern, const std::vector<std::string>& argv, std::string& shown) {
  const std::size_t space = pattern.starts_with('-') ? pattern.find(' ') : pattern.npos;
  for (std::size_t i = 0; i < argv.size(); ++i)
    if (space == pattern.npos ? fits(pattern, argv[i])
                              : i + 1 < argv.size() && argv[i] == pattern.substr(0, space) &&
                                    fits(pattern.substr(space + 1), argv[i + 1])) {
      shown = argv[i] + (space == pattern.npos ? "" : " " + argv[i + 1]);
      return true;
    }
  return false;
}

// The first of the patterns that a word fits, as the word stands there.
std::optional<std::string> word_of(const std::vector<std::string_view>& patterns, const Command* command) {
  std::string shown;
  if (command && command->argv)
    for (const std::string_view pattern : patterns)
      if (has_word(pattern, *command->argv, shown))
        return shown;
  return std::nullopt;
}

bool owner_fits(LauncherRow::Owner owner, const Process& process) {
  if (owner == LauncherRow::Owner::any || !process.status || !process.status->uid)
    return true;
  return ((*process.status->uid)[1] == 0) == (owner == LauncherRow::Owner::root);
}

std::string instance_of(const LauncherRow& row, const Command* command) {
  if (row.instance_option.empty() || !command || !command->argv)
    return {};
  const auto& argv = *command->argv;
  const auto at = std::find(argv.begin(), argv.end(), row.instance_option);
  return at == argv.end() || at + 1 == argv.end() ? std::string() : (at + 1)->substr(0, most_instance);
}

// The name of the process or of one of its threads that a pattern of the row fits.
std::optional<std::string> thread_of(const std::vector<std::string_view>& patterns, const Process& process) {
  const auto named = [&](const tl::expected<ProcStatus, int>& status) {
    return status && status->name && fits_any(patterns, *status->name);
  };
  if (named(process.status))
    return *process.status->name;
  const auto found = std::find_if(process.others.begin(), process.others.end(),
                                  [&](const Task& task) { return named(task.status); });
  return found == process.others.end() ? std::nullopt : std::optional(*found->status->name);
}

bool holds_vm(const Process& process) {
  return process.kvm && *process.kvm && ((*process.kvm)->vms > 0 || (*process.kvm)->vcpus > 0);
}

bool has_beside(const LauncherRow& row, const Lineage& lineage, const Process& process) {
  if (row.beside.empty())
    return false;
  constexpr std::size_t most_below = 256;
  const auto below = lineage.table().descendants(process.pid, most_below);
  return std::any_of(below.begin(), below.end(), [&](const Process* it) {
    const Command* const command = lineage.command(it->pid);
    return command && command->exe && fits(row.beside, file_name(*command->exe));
  });
}

} // namespace

std::optional<ProcessClue> process_clue(const LauncherRow& row, const Lineage& lineage,
                                        const Process& process) {
  const Command* const command = lineage.command(process.pid);
  if (!owner_fits(row.owner, process) || word_of(row.other_words, command))
    return std::nullopt;
  const auto word = word_of(row.words, command);
  const bool exe_seen = command && command->exe && !file_name(*command->exe).empty();
  const bool executes =
      exe_seen && std::any_of(row.executables.begin(), row.executables.end(), [&](std::string_view pattern) {
        return fits(pattern, pattern.find('/') != pattern.npos ? std::string_view(*command->exe)
                                                               : file_name(*command->exe));
      });
  const bool called = process.status && process.status->name && fits_any(row.names, *process.status->name);
  const bool machine =
      row.vm && holds_vm(process) && !row.threads.empty() && thread_of({row.threads.front()}, process);
  const bool by_words = row.words_enough && word.has_value();
  if (!(executes || called || by_words || machine) || (row.words_needed && !word && !machine))
    return std::nullopt;

  ProcessClue clue;
  const bool member = lineage.is_member(process.pid);
  const std::string_view who = member ? "process" : "ancestor";
  const EvidenceKind kind = member ? EvidenceKind::executable : EvidenceKind::ancestry;
  if (executes)
    clue.evidence.push_back(
        {kind, !lineage.executes_host_file(process),
         fmt::format("{} {} executes {}", who, process.pid, escaped(*command->exe, most_shown))});
  else if (called) {
    clue.evidence.push_back(
        {EvidenceKind::ancestry, true,
         fmt::format("{} {} is called {}", who, process.pid, escaped(*process.status->name, most_shown))});
    if (exe_seen && !machine)
      clue.against.push_back(fmt::format("process {} is called {}, but it executes {}", process.pid,
                                         escaped(*process.status->name, most_shown),
                                         escaped(*command->exe, most_shown)));
  }
  if (word)
    clue.evidence.push_back(
        {EvidenceKind::argv, true,
         fmt::format("{} {} was started with {}", who, process.pid, escaped(*word, most_shown))});
  if (row.vm && holds_vm(process))
    clue.evidence.push_back({EvidenceKind::descriptors, true,
                             fmt::format("{} {} holds {} virtual machine(s) of KVM and {} processor(s)", who,
                                         process.pid, (*process.kvm)->vms, (*process.kvm)->vcpus)});
  if (const auto thread = row.threads.empty() ? std::nullopt : thread_of(row.threads, process))
    clue.evidence.push_back(
        {EvidenceKind::threads, true,
         fmt::format("a thread of {} {} is called {}", who, process.pid, escaped(*thread, most_shown))});
  if (has_beside(row, lineage, process))
    clue.evidence.push_back(
        {EvidenceKind::ancestry, true, fmt::format("{} runs below {} {}", row.beside, who, process.pid)});
  clue.instance = instance_of(row, command);
  return clue;
}

void add_own_namespaces(const LauncherRow& row, const Lineage& lineage, const Process& process,
                        ProcessClue& clue) {
  if ((row.own_ns.empty() && !row.any_ns) || !lineage.root() || lineage.root() == &process)
    return;
  const Process* base = &process;
  const auto apart = [&](const std::string& kind) {
    const std::uint64_t outer = Lineage::ns_of(*base, kind), inner = Lineage::ns_of(*lineage.root(), kind);
    return outer == 0 || inner == 0 ? std::optional<bool>() : outer != inner;
  };
  // unshare(1) enters most of them before it forks: then its own parent shows what is new, or the host.
  const Process* const parent = row.any_ns ? lineage.table().parent(process) : nullptr;
  const bool against_host = row.any_ns && !(parent && Lineage::ns_of(*parent, "user") != 0);
  if (parent && !against_host)
    base = parent;
  std::vector<std::string> own;
  for (const std::string_view kind : ns_kinds)
    if (against_host ? lineage.in_host_ns(*lineage.root(), std::string(kind)) == false
                     : apart(std::string(kind)) == true)
      own.emplace_back(kind);
  bool shares = false;
  for (const std::string_view kind : row.own_ns)
    if (apart(std::string(kind)) == false) {
      shares = true;
      clue.against.push_back(fmt::format("it shares its {} namespace with process {}", kind, base->pid));
    }
  if (!own.empty() && !shares)
    clue.evidence.push_back(
        {EvidenceKind::namespaces, true,
         fmt::format("its {} namespaces are not those of process {}", some_of(own, 8), base->pid)});
}

} // namespace sbx
