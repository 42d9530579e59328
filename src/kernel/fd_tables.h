// Which threads share a table of descriptors? Threads made without CLONE_FILES, or that have unshared it,
// have one of their own (clone(2), unshare(2)).
#pragma once

#include "core/reading.h"

#include <sys/types.h>
#include <vector>

namespace sbx {

class FdTables {
public:
  explicit FdTables(int dir) : dir_(dir) {} // of /proc/PID

  // Takes up the threads that are new since the last call and sorts them by their table, with kcmp(2).
  // Returns the tables that are new, each as one of its threads that lives. A refusal where the threads
  // cannot be listed.
  tl::expected<std::vector<pid_t>, Refusal> look();

  // What kcmp(2) was refused with, or 0. Then only the first living thread's table is known.
  int refused_with() const { return refused_; }

  struct Table {
    pid_t first;               // the thread that was returned
    std::vector<pid_t> others; // those that share it
    pid_t asked;               // one of them that lives, to compare with
  };
  const std::vector<Table>& tables() const { return tables_; }

private:
  bool exited(pid_t tid) const;
  int place(pid_t tid, std::vector<pid_t>& fresh);
  int dir_, refused_ = 0;
  std::vector<pid_t> known_;  // threads, sorted
  std::vector<Table> tables_; // in the kernel's own order of them
};

} // namespace sbx
