// What does /proc/PID/stat say? proc_pid_stat(5).
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

struct ProcStat {
  std::string comm; // raw: the target chose these bytes
  char state = 0;
  std::uint64_t flags = 0; // PF_*, include/linux/sched.h
  std::int64_t threads = 0;
  std::uint64_t start_ticks = 0;            // since boot, in units of 1/100 s
  std::optional<std::uint64_t> guest_ticks; // that its threads ran virtual CPUs; empty: not printed

  bool kernel_thread() const { return (flags & 0x00200000) != 0; } // PF_KTHREAD
};

Parsed<ProcStat> parse_proc_stat(std::string_view text);

} // namespace sbx
