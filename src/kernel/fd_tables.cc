#include "kernel/fd_tables.h"

#include "kernel/file.h"

#include <algorithm>
#include <cerrno>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_tasks = 4 << 20; // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)

enum class Order { same = 0, before = 1, after = 2, differs = 3 }; // what kcmp(2) answers

} // namespace

bool FdTables::exited(pid_t tid) const {
  const Reading stat = read_beneath(dir_, "task/" + std::to_string(tid) + "/stat");
  const std::size_t name_end = stat ? stat->rfind(')') : std::string::npos;
  return name_end == std::string::npos || name_end + 2 >= stat->size() || (*stat)[name_end + 2] == 'Z' ||
         (*stat)[name_end + 2] == 'X';
}

// By bisection, for kcmp(2) orders what it compares: threads that each have a table of their own would else
// be compared with all the others. Returns 0 or the errno that ends the sorting.
int FdTables::place(pid_t tid, std::vector<pid_t>& fresh) {
  std::size_t low = 0, high = tables_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const long order = syscall(SYS_kcmp, tid, tables_[middle].asked, KCMP_FILES, 0, 0);
    if (order < 0 && errno == ESRCH) {
      if (exited(tid))
        return 0; // gone, and its table with it unless another thread has that
      // The one that it is compared with is gone: whoever shares the table stands for it.
      Table& table = tables_[middle];
      const auto lives = std::find_if(table.others.begin(), table.others.end(),
                                      [&](pid_t other) { return other != table.asked && !exited(other); });
      if (lives != table.others.end())
        table.asked = *lives;
      else
        tables_.erase(tables_.begin() + static_cast<std::ptrdiff_t>(middle));
      low = 0, high = tables_.size();
      continue;
    }
    if (order < 0)
      return errno;
    switch (static_cast<Order>(order)) {
    case Order::same:
      tables_[middle].others.push_back(tid);
      return 0;
    case Order::before:
      high = middle;
      break;
    case Order::after:
      low = middle + 1;
      break;
    case Order::differs: // "the ordering is unavailable": no kernel answers this of pointers
      return EBADMSG;
    }
  }
  tables_.insert(tables_.begin() + static_cast<std::ptrdiff_t>(low), Table{tid, {}, tid});
  fresh.push_back(tid);
  return 0;
}

tl::expected<std::vector<pid_t>, Refusal> FdTables::look() {
  const auto tids = list_numbers(dir_, "task", most_tasks);
  if (!tids)
    return tl::unexpected<Refusal>(Refusal{tids.error(), "listing the threads"});
  std::vector<pid_t> fresh;
  for (const pid_t tid : *tids) {
    if (std::binary_search(known_.begin(), known_.end(), tid) || exited(tid) || refused_ != 0)
      continue;
    refused_ = place(tid, fresh);
  }
  known_ = *tids;
  return fresh;
}

} // namespace sbx
