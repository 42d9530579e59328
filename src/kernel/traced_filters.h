// How is what ptrace(2) shows put, so that it is written down like what is read from kernel memory?
#pragma once

#include "kernel/seccomp_record.h"
#include "kernel/seccomp_status.h"
#include "kernel/seccomp_trace.h"

#include <vector>

namespace sbx {

struct TracedTask {
  pid_t tid = 0;
  SeccompStatus status;
  const TracedChain* chain = nullptr; // none: it has no filters, or they were not read
};

// ptrace(2) shows no identities. Filters of the same program and flags, on the same ones before them, are
// taken for one: threads that were made after the filters were put on do share them, and what was put on
// twice, thread by thread, decides the same.
SeccompSnapshot traced_snapshot(const std::vector<TracedTask>& tasks);

seccomp_layout traced_layout(); // of a kernel that keeps nothing but what ptrace(2) shows

} // namespace sbx
