// Which seccomp filters does each thread live under, and what are their programs? The text of target/seccomp,
// parsed: the lines settled, task, filter, program in the dialect that kernel/seccomp_text.h writes.
#pragma once

#include "parse/malformed.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

struct SeccompInstruction { // struct sock_filter, include/uapi/linux/filter.h
  std::uint16_t code = 0;
  std::uint8_t jt = 0, jf = 0;
  std::uint32_t k = 0;
  bool operator==(const SeccompInstruction&) const = default;
};

struct SeccompFilter {
  std::optional<std::size_t> previous; // index into filters, smaller than its own
  std::size_t depth = 1;               // how many its chain has, itself and all before it
  bool log = false;                    // SECCOMP_FILTER_FLAG_LOG
  std::optional<bool> notify; // somebody holds its listener, for RET_USER_NOTIF; ptrace(2) does not tell
  std::optional<bool> wait_killable;                       // since 5.19; nor does it tell this
  std::optional<std::vector<SeccompInstruction>> program;  // 1 to 4096; nothing: the kernel kept no original
  std::optional<std::vector<std::uint8_t>> native, compat; // always_allowed() reads them
};

struct SeccompTask {
  std::uint64_t tid = 0;             // as the inspector's PID namespace numbers it
  std::uint64_t start_boottime = 0;  // ns
  std::uint32_t mode = 0;            // 2 is filter; include/uapi/linux/seccomp.h
  std::optional<std::size_t> newest; // index into filters. In mode 2 without one: see below
  bool unread = false;               // it has filters, which were not read because threads changed
  std::uint32_t count = 0;           // how many filters it has, as the kernel counts
  bool exited = false;
};

// A thread that is exiting has given its filters back, and shows none though its mode is still 2. So the mode
// says whether there is a filter, and `newest` only which.
struct SeccompFilters {
  // Shown by ptrace(2), which tells less and no identities: filters that are alike, on the same one before,
  // are then one here. Else read from kernel memory.
  bool by_ptrace = false;
  bool settled = false; // two consecutive passes over the threads saw the same; else there are no filters
  std::vector<SeccompTask> tasks;
  std::vector<SeccompFilter> filters; // older ones first
};

// The kernel's own answer, in the bitmap of a filter: it and all before it allow this system call whatever
// its arguments are. It says no of what they may allow for some arguments, and of what it did not work out.
bool always_allowed(const std::vector<std::uint8_t>& bitmap, unsigned number);

Parsed<SeccompFilters> parse_seccomp_filters(std::string_view text);

} // namespace sbx
