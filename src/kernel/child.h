// How is something tried that must not touch this process? In a forked child with a deadline.
#pragma once

#include "core/reading.h"

#include <cstddef>
#include <functional>
#include <string>

namespace sbx {

// Runs `work` in a child; what it writes to the descriptor it is given comes back. The child ends when `work`
// returns, when we do, or at the deadline (ETIMEDOUT), and is reaped. `work` may use async-signal-safe calls
// and its stack.
Reading ask_child(const std::function<void(int out)>& work, int deadline_ms);

// The same where a part is worth having: what came until the child ended, and why no more came, or 0.
struct ChildAnswer {
  std::string text;
  int stopped = 0; // an errno: ETIMEDOUT at the deadline, EFBIG over `most` bytes
};
ChildAnswer ask_child_partly(const std::function<void(int out)>& work, int deadline_ms, std::size_t most);

} // namespace sbx
