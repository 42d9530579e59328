// What did the traced processes ask of the kernel, and what did it answer? The dialect of trace/events, which
// kernel/trace_text.h writes: one line for each event, in the order of their times as far as it is known.
//
//   attached calls=landlock_create_ruleset,... missing=... events=landlock_enforce_domain,...
//   event time=123456 tid=12 tgid=12 comm=bash call=landlock_add_rule ret=0 args=0x3,0x1,0x7ffd0,0x0
//   text=/usr access=0xd lost events=0 calls=0 processes=0
//
// "attached" comes first and "lost" last, once each; a list may be empty. An event has "ret" and "args" where
// they belong, in this order; then, in any order and each once, text=, second=, cut=1 and the numbers by
// their names, decimal or 0x. Texts are escaped, spaces as \x20.
#pragma once

#include "parse/malformed.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

struct TraceEvent {
  std::uint64_t time = 0;         // ns since the tracing began
  std::int64_t tid = 0, tgid = 0; // as the inspector's PID namespace numbers them; 0: it has no number there
  std::string comm;               // raw bytes, chosen by the thread
  // A system call by its name, when it returned; or what happened: "fork" (child, child_tgid; a thread where
  // child_tgid is its own), "exec" (text: the file that was executed), "exit" (status as wait(2) gives it),
  // "held" (it was stopped, and why: text), "landlock_enforce_domain" and the other tracepoints of 7.3.
  std::string call;
  std::optional<std::int64_t> ret; // of a system call; negative: -errno
  std::vector<std::uint64_t> args; // of a system call, as they were at its entry
  // What pointers led to, read when the call returned: another thread may have changed it since the entry.
  std::optional<std::string> text, second; // raw bytes: paths, file names
  bool cut = false;                        // a text is longer than what was kept
  // landlock_create_ruleset: fs net scoped; landlock_add_rule: access and port or major minor inode (of the
  // fd's file; text is its whole path), fd; openat2, open_tree: flags; clone3: flags; seccomp, prctl of a
  // filter: instructions; capset: effective permitted inheritable; setgroups: count ...
  std::vector<std::pair<std::string, std::uint64_t>> numbers; // in the order of the line

  std::optional<std::uint64_t> number(std::string_view name) const;
};

struct TraceEvents {
  std::vector<std::string> attached,
      missing;                          // system calls whose tracepoints were, or could not be, attached
  std::vector<std::string> tracepoints; // of Landlock itself, that were attached
  std::vector<TraceEvent> events;
  // How many were not recorded: events (no room in the ring buffer), calls whose entry found no room,
  // processes that were not followed.
  std::uint64_t lost_events = 0, lost_calls = 0, lost_processes = 0;
  std::uint64_t not_kept = 0; // recorded, but more than whoever collected them keeps
  bool lossless() const {
    return lost_events == 0 && lost_calls == 0 && lost_processes == 0 && not_kept == 0;
  }
};

tl::expected<TraceEvents, Malformed> parse_trace_events(std::string_view text);
tl::expected<TraceEvent, Malformed> parse_trace_event(std::string_view line);

} // namespace sbx
