// How is a command started so that it can be watched from its first instruction on, and ended with all that
// it started?
#pragma once

#include "core/error.h"
#include "kernel/fd.h"
#include "kernel/process_tree.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx {

class Launch {
public:
  // Forks; the child waits and has executed nothing yet. We become its subreaper (prctl(2)), so that what it
  // leaves behind becomes our child. With `ready_fd` it finds the number of a pipe's write end in the
  // environment as SBX_READY_FD. Its signals are as at the start of a process: none blocked, all as by
  // default, but SIGHUP stays ignored where it was (nohup(1)).
  static Result<Launch> prepare(const std::vector<std::string>& command, bool ready_fd);
  Launch(Launch&&) noexcept;
  Launch& operator=(Launch&&) = delete;
  ~Launch(); // a child that was never let go is killed and reaped

  pid_t pid() const;
  int pidfd() const;
  int ready_fd() const; // readable once the command wrote to its end or closed it; -1 without one

  // ErrorKind::failure when execvp(3) failed: with what it said.
  Result<void> go();

  // Its wait status (wait(2)) once it has ended; it is reaped, and so is all else that has ended of what it
  // left to us. Call it now and then. Children that we had before the launch are not touched.
  std::optional<int> ended();

  // All that descend from it and is there now, zombies too.
  std::vector<TreeProcess> processes() const;

  // To all that descend from it. Who forks while we look is found by looking again, for a bounded time.
  void stop_all();
  void continue_all();
  // Until none is left and all are reaped; false when some would not die in ten seconds, as one that waits in
  // the kernel for a file system.
  bool kill_all();

private:
  Launch() = default;
  void reap(pid_t pid); // -1: any
  pid_t pid_ = -1;
  bool let_go_ = false;
  std::optional<int> status_;
  std::vector<pid_t> before_; // children of ours that have nothing to do with it
  Fd pidfd_, gate_, failure_, ready_;
};

} // namespace sbx
