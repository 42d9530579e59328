#include "kernel/live_seccomp_trial.h"

#include "kernel/child.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 1000;
constexpr long all_bits = -1, no_fd = -1, nobody = -1;

struct Attempt {
  const char* name;
  long number;
  long arguments[6];
};

// Bad descriptors, flags that no kernel has, pointers to nothing: the kernel looks at these before at any
// permission.
constexpr Attempt attempts[] = {
    {"unassigned", 4095, {}},
    {"keyctl", SYS_keyctl, {all_bits}},
    {"add_key", SYS_add_key, {}},
    {"unshare", SYS_unshare, {1}},
    {"setns", SYS_setns, {no_fd}},
    {"ptrace", SYS_ptrace, {0x7fffffff, nobody}},
    {"process_vm_readv", SYS_process_vm_readv, {nobody, 0, 0, 0, 0, all_bits}},
    {"perf_event_open", SYS_perf_event_open, {0, 0, 0, no_fd, all_bits}},
    {"name_to_handle_at", SYS_name_to_handle_at, {no_fd, 0, 0, 0, all_bits}},
    {"connect", SYS_connect, {no_fd}},
    {"bind", SYS_bind, {no_fd}},
    {"io_uring_enter", SYS_io_uring_enter, {no_fd}},
    {"io_uring_register", SYS_io_uring_register, {no_fd, all_bits}},
    {"execveat", SYS_execveat, {no_fd}},
    {"memfd_create", SYS_memfd_create, {0, all_bits}},
    {"clock_settime", SYS_clock_settime, {0x7fffffff}},
    {"landlock_create_ruleset", SYS_landlock_create_ruleset, {0, 0, 1 << 20}},
};

std::optional<Reading> answer_to(const Attempt& attempt) {
  const Reading bytes = ask_child(
      [&](int out) {
        const rlimit none{};
        setrlimit(RLIMIT_CORE, &none); // a filter that kills would leave a core
        const long* with = attempt.arguments;
        const long came = syscall(attempt.number, with[0], with[1], with[2], with[3], with[4], with[5]);
        const int error = came < 0 ? errno : 0;
        [[maybe_unused]] const ssize_t written = write(out, &error, sizeof error);
      },
      deadline_ms);
  if (!bytes)
    return std::nullopt;
  int error = 0;
  if (bytes->size() != sizeof error)
    return Reading("killed");
  std::memcpy(&error, bytes->data(), sizeof error);
  return error == 0 ? Reading("done") : refused(error);
}

} // namespace

Reading read_seccomp_trial() {
  std::string text;
  for (const Attempt& attempt : attempts)
    if (const auto answer = answer_to(attempt)) // one that could not be made says nothing
      text += property_line(attempt.name, *answer);
  return text;
}

} // namespace sbx
