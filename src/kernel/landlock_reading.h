// May Landlock's domains be read from kernel memory here, and where do they lie? What is asked before every
// such reading, of one process or of all.
#pragma once

#include "kernel/bpf/landlock_wire.h"
#include "kernel/kernel_memory.h"

#include <tl/expected.hpp>

namespace sbx {

struct LandlockReading {
  int abi; // of the kernel
  Places<landlock_layout> places;
};

// `pidfd`: of whom is to be read, or of ourselves.
tl::expected<LandlockReading, Refusal> prepare_landlock_reading(int pidfd);

} // namespace sbx
