// Which isolation calls do these processes make? BPF programs at the return of system calls, and where
// processes begin, execute and end, which look at the processes that are watched and at nobody else.
//
// A call is told when it returns: one from which its thread never came back is not told. One that a seccomp
// filter answered is told with that answer, so that a return value of 0 alone does not prove that anything
// was done.
#pragma once

#include "core/reading.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace sbx {

// When is a watched process to be stopped (SIGSTOP from within the kernel, before its next instruction),
// once?
enum class HoldWhen {
  never,
  confined_exec, // at the first exec of a process that itself, or that one it descends from, put on a
                 // Landlock domain or a seccomp filter while it was watched
  landlock,      // when landlock_restrict_self(2) succeeded
  seccomp,       // when a filter was put on
  exec,          // when a file with this last component of its path (at most 255 bytes) is executed
};

struct TracePlan {
  HoldWhen hold = HoldWhen::never;
  std::string exec_name;
};

struct TraceLosses {
  std::uint64_t events = 0;    // no room in the ring buffer
  std::uint64_t calls = 0;     // the kernel did not run the program, because it ran already on that CPU; or
                               // the call came by a way whose numbers we do not know (32-bit, of arm64)
  std::uint64_t processes = 0; // the same at a fork: those it began are not followed
};

class Tracer {
public:
  // Loads and attaches; nobody is watched yet. The detail of a Refusal says which step was refused.
  static tl::expected<Tracer, Refusal> attach(const TracePlan& plan);
  Tracer(Tracer&&) noexcept;
  Tracer& operator=(Tracer&&) noexcept;
  ~Tracer(); // detaches; what is watched goes on

  // All threads of this process and all that it will start. Of a process that lives already, its children
  // that live already are not: watch them, too. ESRCH when it has vanished.
  tl::expected<void, Refusal> watch(int pidfd);

  // Lines of the dialect of parse/trace_events.h, each without its newline; those that are there, else the
  // first that come within `timeout_ms`. How many.
  tl::expected<std::size_t, Refusal> take(int timeout_ms,
                                          const std::function<void(std::string_view line)>& line);

  // For poll(2): readable when much is there to take, or somebody was held. Else look every 50 ms or so: to
  // be woken for each event would slow down who is watched.
  int ready_fd() const;
  std::string attached_line() const; // "attached calls=..."
  TraceLosses losses() const;

  // How much work each program was for the verifier, which gives up at a million.
  std::vector<std::pair<std::string, std::uint32_t>> verified_insns() const;

private:
  struct Loaded;
  explicit Tracer(std::unique_ptr<Loaded> loaded);
  std::unique_ptr<Loaded> loaded_;
};

} // namespace sbx
