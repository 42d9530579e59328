#include "sandbox/sandbox_set.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace sbx {

namespace {

constexpr std::int64_t kthreadd = 2;

// The first process of a PID namespace below ours: all others of it hang on it.
bool is_ns_init(const Process* process) {
  return process && process->status && process->status->nspid && process->status->nspid->size() > 1 &&
         process->status->nspid->back() == 1;
}

} // namespace

bool is_kernel_thread(const Process& process, const Surroundings& surroundings) {
  if (process.status && process.status->kthread)
    return *process.status->kthread;
  // Only the initial PID namespace has them.
  return surroundings.initial &&
         (process.pid == kthreadd || (process.status && process.status->ppid == kthreadd));
}

bool has_exited(const Process& process) {
  const auto exited = [](const tl::expected<ProcStatus, int>& status) {
    return status && status->state && (*status->state == 'Z' || *status->state == 'X');
  };
  return process.all_threads_read() && exited(process.status) &&
         std::all_of(process.others.begin(), process.others.end(),
                     [&](const Task& it) { return exited(it.status); });
}

SandboxSet set_of(const ProcessTable& table, std::vector<std::int64_t> pids) {
  SandboxSet set;
  set.members = std::move(pids);
  std::sort(set.members.begin(), set.members.end());
  set.members.erase(std::unique(set.members.begin(), set.members.end()), set.members.end());
  set.own = set.members;
  const std::set<std::int64_t> members(set.members.begin(), set.members.end());
  for (const std::int64_t pid : set.members) {
    const Process* process = table.find(pid);
    const Process* parent = process ? table.parent(*process) : nullptr;
    if (!parent || !members.contains(parent->pid))
      set.roots.push_back(pid);
  }
  if (set.roots.empty()) // a ring
    set.roots.push_back(set.members.front());
  const auto init = std::find_if(set.roots.begin(), set.roots.end(),
                                 [&](std::int64_t pid) { return is_ns_init(table.find(pid)); });
  set.first = init != set.roots.end() ? *init : set.roots.front();
  return set;
}

std::vector<std::int64_t> payload_of(const ProcessTable& table, const SandboxSet& set) {
  const auto init = std::find_if(set.members.begin(), set.members.end(),
                                 [&](std::int64_t pid) { return is_ns_init(table.find(pid)); });
  if (init == set.members.end())
    return set.members;
  std::vector<std::int64_t> pids;
  const std::vector<std::int64_t> below = process_tree(table, *init).members;
  std::set_intersection(set.members.begin(), set.members.end(), below.begin(), below.end(),
                        std::back_inserter(pids));
  return pids;
}

SandboxSet process_tree(const ProcessTable& table, std::int64_t pid) {
  std::vector<std::int64_t> pids{pid};
  for (const Process* it : table.descendants(pid))
    pids.push_back(it->pid);
  return set_of(table, std::move(pids));
}

} // namespace sbx
