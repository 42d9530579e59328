// Who made whom, and who is where? The processes of one reading, found by number, parent and child.
#pragma once

#include "parse/processes.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace sbx {

class ProcessTable {
public:
  explicit ProcessTable(Processes processes);
  ProcessTable(const ProcessTable&) = delete; // it points into itself
  ProcessTable& operator=(const ProcessTable&) = delete;

  const Process* find(std::int64_t pid) const; // null where there is none
  const std::vector<Process>& all() const { return processes_.processes; }
  bool settled() const { return processes_.listed == Processes::Listed::settled; }

  // By its status; null where that was not seen, or where it has no parent that /proc shows. A process whose
  // parent ended has another: init, or a subreaper.
  const Process* parent(const Process& process) const;
  std::vector<const Process*> ancestors(const Process& process) const; // its parent first
  const std::vector<const Process*>& children(std::int64_t pid) const;
  // Without itself, parents before children; at most `most`.
  std::vector<const Process*> descendants(std::int64_t pid,
                                          std::size_t most = static_cast<std::size_t>(-1)) const;

private:
  Processes processes_;
  std::unordered_map<std::int64_t, const Process*> by_pid_;
  std::unordered_map<std::int64_t, std::vector<const Process*>> children_;
};

} // namespace sbx
