#include "sandbox/process_table.h"

#include <unordered_set>

namespace sbx {

ProcessTable::ProcessTable(Processes processes) : processes_(std::move(processes)) {
  for (const Process& it : processes_.processes) {
    by_pid_.emplace(it.pid, &it);
    if (it.status && it.status->ppid)
      children_[*it.status->ppid].push_back(&it);
  }
}

const Process* ProcessTable::find(std::int64_t pid) const {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : found->second;
}

const Process* ProcessTable::parent(const Process& process) const {
  return process.status && process.status->ppid ? find(*process.status->ppid) : nullptr;
}

std::vector<const Process*> ProcessTable::ancestors(const Process& process) const {
  std::vector<const Process*> found;
  std::unordered_set<std::int64_t> met{process.pid}; // the reading is no snapshot: numbers may form a ring
  for (const Process* it = parent(process); it && met.insert(it->pid).second; it = parent(*it))
    found.push_back(it);
  return found;
}

const std::vector<const Process*>& ProcessTable::children(std::int64_t pid) const {
  static const std::vector<const Process*> none;
  const auto found = children_.find(pid);
  return found == children_.end() ? none : found->second;
}

std::vector<const Process*> ProcessTable::descendants(std::int64_t pid, std::size_t most) const {
  std::vector<const Process*> found;
  std::unordered_set<std::int64_t> met{pid};
  std::vector<std::int64_t> next{pid};
  for (std::size_t at = 0; at < next.size() && found.size() < most; ++at)
    for (const Process* child : children(next[at]))
      if (found.size() < most && met.insert(child->pid).second) {
        found.push_back(child);
        next.push_back(child->pid);
      }
  return found;
}

} // namespace sbx
