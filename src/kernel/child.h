// How is something tried that must not touch this process? In a forked child with a deadline.
#pragma once

#include "core/reading.h"

#include <functional>

namespace sbx {

// Runs `work` in a child; what it writes to the descriptor it is given comes back. The child ends when `work` returns,
// when we do, or at the deadline (ETIMEDOUT), and is reaped. `work` may use async-signal-safe calls and its stack.
Reading ask_child(const std::function<void(int out)>& work, int deadline_ms);

} // namespace sbx
