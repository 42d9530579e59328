// Is the process that was held what it is required to be? Inspected as any other, while it stands still.
#pragma once

#include "cli/inspection.h"
#include "core/error.h"
#include "kernel/fd.h"
#include "report/report.h"

#include <sys/types.h>

namespace sbx {

class HeldProcess {
public:
  // ErrorKind::target when it is gone.
  static Result<HeldProcess> of(pid_t pid);

  // ErrorKind::target when it ended meanwhile, or somebody let it go on.
  Result<Report> inspect(const Wanted& wanted) const;

  void let_go() const; // the process alone, not what it started

private:
  HeldProcess(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  pid_t pid_;
  Fd pidfd_;
};

} // namespace sbx
