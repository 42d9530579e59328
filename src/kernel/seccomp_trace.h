// Which filters does ptrace(2) show of a thread? PTRACE_SECCOMP_GET_FILTER, 4.4 and later. It must be stopped
// for that, so a child of ours does it, and one thread after the other.
#pragma once

#include "core/reading.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sbx {

struct TracedFilter {
  std::string code; // as in SeccompFilterRecord
  bool original = true, log = false;
  bool operator==(const TracedFilter&) const = default;
};
using TracedChain = std::vector<TracedFilter>; // from the oldest

// The last thing that was tried of a thread.
enum class TraceStep : std::uint32_t { seize, stop, get_filter, get_metadata, too_many, all };

struct TracedThread {
  pid_t tid = 0;
  TraceStep step = TraceStep::all;
  int error = 0;         // of the step
  std::size_t chain = 0; // index into chains; nothing where there is an error
};

struct Trace {
  std::vector<TracedThread> threads; // of those that were asked for, as many as there was time for
  std::vector<TracedChain> chains;
};

// Stops each of them in turn, copies its filters, and lets it go on: after 0.1 to 0.3 ms (6.18, of up to 20
// filters; after 60 ms of 2000, for the kernel counts along the chain for each of them). A thread that a
// signal has stopped is stopped afterwards; a signal that comes meanwhile is delivered; a system call that it
// waits in is begun again, or gives EINTR where it does that for a stop signal too (signal(7): epoll_wait(2),
// semop(2) ...). Nothing stays stopped or traced: whatever ends the child (its deadline, our death), the
// kernel detaches it then. PTRACE_O_EXITKILL is never set. It ends also at a thread that does not stop,
// because it waits in the kernel (state D): the kernel lets no tracer detach from that one. `dir` is
// /proc/PID.
tl::expected<Trace, Refusal> trace_threads(int dir, const std::vector<pid_t>& tids);

// What the child says, decoded; nothing where it makes no sense. What is cut off at the end is left out.
struct TraceHead {
  std::int32_t tid, error;
  std::uint32_t step;
  std::uint32_t filters, bytes; // that follow
  std::uint32_t as_before;      // the same chain as that of the last thread that had one; then none follow
};
struct TraceFilterHead {
  std::uint32_t length, original, log; // instructions
};
bool take_trace(Trace& trace, std::string_view bytes);

} // namespace sbx
