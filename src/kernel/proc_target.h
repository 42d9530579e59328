// Which process is inspected? Held by a pidfd and by its directory in /proc, so that a reused pid is never
// mistaken for it.
#pragma once

#include "core/error.h"
#include "core/reading.h"
#include "kernel/fd.h"

#include <sys/types.h>

namespace sbx {

class ProcTarget {
public:
  // ErrorKind::target when there is no such process, or `pid` is a thread of another.
  static Result<ProcTarget> open(pid_t pid);
  static Result<ProcTarget> self();

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); } // -1 on kernels without pidfd_open(2)
  int proc() const { return proc_.get(); }   // "/proc", proved to be a procfs of our PID namespace

  // A file below /proc/PID. EPERM where hidepid hides the whole directory though the process exists.
  Reading read(const std::string& path, std::size_t limit) const;
  tl::expected<int, int> dir() const; // its descriptor, or an errno

  Reading identity() const; // target/identity

private:
  ProcTarget() = default;
  bool exists() const;
  bool exited() const; // a zombie
  static Result<ProcTarget> open(pid_t pid, bool self);
  pid_t pid_ = 0;
  bool self_ = false;
  Fd pidfd_, proc_, dir_;
};

// Does the process behind the pidfd still have its pid (running or zombie)?
bool pidfd_exists(int pidfd);
// Has it exited (zombie or gone)?
bool pidfd_exited(int pidfd);

} // namespace sbx
