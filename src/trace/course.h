// Whose doing was each event? Processes followed through fork(2) and execve(2).
#pragma once

#include "parse/trace_events.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct TracedExec {
  std::uint64_t time = 0;
  std::string file; // raw bytes
};

struct TracedProcess {
  std::int64_t tgid = 0;
  std::string comm; // raw bytes: the last that was seen
  std::optional<std::size_t> parent;
  std::vector<TracedExec> execs;
  std::optional<std::uint64_t> exit; // as wait(2) gives it
};

struct Step {
  const TraceEvent* event;
  std::size_t process;
  // Processes that share one have one program between them: a child has its parent's until it executes a
  // file. What one of them prepared may be put on by another.
  std::size_t image;
  std::optional<std::size_t> child; // of a fork: the process that it made; none for a thread
};

struct Course {
  std::vector<Step> steps; // by their times; they point into the trace
  std::vector<TracedProcess> processes;
  std::size_t images = 0;
};

// A number that the kernel gave to another process after the first had ended is another process here.
Course course_of(const TraceEvents& trace);

} // namespace sbx
