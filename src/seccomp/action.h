// What does a seccomp filter answer to a system call? The SECCOMP_RET_* values of
// include/uapi/linux/seccomp.h, as kernel/seccomp.c treats them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// From the strictest on, in the order in which the kernel prefers them.
enum class ActionKind { kill_process, kill_thread, trap, fails, notify, trace, log, allow };

struct SeccompAction {
  ActionKind kind = ActionKind::allow;
  std::uint16_t data = 0; // fails: the errno; trace, trap: what the tracer or handler is told. Else 0
  // The upper half of a value that the kernel does not know: it kills the process, but stands where this
  // value stands when the filters' answers are compared.
  std::uint16_t unknown = 0;
  bool operator==(const SeccompAction&) const = default;
};

// Of a program's return value. One that the kernel does not know kills the process; an errno above 4095 is
// 4095; of an action that has no use for it, the data is dropped.
SeccompAction action_of(std::uint32_t returned);

// The lowest wins, and among equals the one that was asked first: the newest filter (seccomp_run_filters()).
SeccompAction stricter(SeccompAction newer, SeccompAction older);

// The call is not carried out, whoever listens: kill, trap, errno. Errno 0 too: the caller is told of a
// success.
bool refuses(SeccompAction action);
// It is carried out without anybody else being asked: allow, log.
bool lets_through(SeccompAction action);

// "allow", "log", "trace:7", "notify", "errno:1", "trap", "kill_thread", "kill_process": as JSON and gates
// spell it.
std::string action_name(SeccompAction action);
// "errno EPERM", "kill the process": for people.
std::string action_words(SeccompAction action);
std::optional<SeccompAction>
parse_action(std::string_view name); // what action_name() writes; "errno:EPERM" too

} // namespace sbx
