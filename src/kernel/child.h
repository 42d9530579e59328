// How is something tried that must not touch this process, or that may never come back? In a forked child
// with a deadline.
#pragma once

#include "core/reading.h"

#include <functional>
#include <optional>

namespace sbx {

struct ChildLimits {
  int deadline_ms = 0; // from its start
  int quiet_ms = 0;    // without a byte from it; 0: only the deadline counts
  std::size_t most_bytes = 64 * 1024;
};

struct ChildAnswer {
  std::string bytes;          // what came; all of it only when nothing cut it off
  std::optional<Refusal> cut; // ETIMEDOUT: a deadline; EFBIG: over the bound; else why there is no child
};

// Runs `work` in a child; what it writes to the descriptor it is given comes back. The child ends when `work`
// returns, when we do, or at a deadline, and is reaped. One that SIGKILL does not end, because it waits in
// the kernel for a file system that never answers, is left behind, holding nothing that anybody waits for; we
// never wait for it. `work` may use async-signal-safe calls and its stack; the standard descriptors are not
// its own.
ChildAnswer hear_child(const std::function<void(int out)>& work, const ChildLimits& limits);

// The whole of its answer, or why there is none.
Reading ask_child(const std::function<void(int out)>& work, int deadline_ms);

} // namespace sbx
