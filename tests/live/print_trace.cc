// print_trace [--hold WHEN] COMMAND [ARG...] or --pid PID: runs a command traced, or watches a process that
// lives, until it ends, and prints the lines of parse/trace_events. WHEN is confined_exec, landlock, seccomp
// or exec:NAME: who is held goes on when our standard input ends.
#include "core/errno_name.h"
#include "kernel/launch.h"
#include "kernel/tracer.h"

#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

int fail(const std::string& why) {
  std::fprintf(stderr, "print_trace: %s\n", why.c_str());
  return 1;
}

bool read_hold(const std::string& word, sbx::TracePlan& plan) {
  const std::pair<std::string, sbx::HoldWhen> names[] = {{"confined_exec", sbx::HoldWhen::confined_exec},
                                                         {"landlock", sbx::HoldWhen::landlock},
                                                         {"seccomp", sbx::HoldWhen::seccomp}};
  for (const auto& [name, when] : names)
    if (word == name) {
      plan.hold = when;
      return true;
    }
  if (word.rfind("exec:", 0) != 0)
    return false;
  plan.hold = sbx::HoldWhen::exec;
  plan.exec_name = word.substr(5);
  return true;
}

bool input_ended() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char byte = 0;
  return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

void print_line(std::string_view line) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); }

// Until `ended` says so, and then what is left. `waiting` for our input to end, then calls `go_on`.
template <class Ended, class GoOn>
int print_all(sbx::Tracer& tracer, bool waiting, Ended&& ended, GoOn&& go_on) {
  bool last = false;
  for (std::size_t took = 1; !last || took > 0;) {
    last = last || ended();
    const auto taken = tracer.take(last ? 0 : 20, print_line);
    if (!taken)
      return fail(taken.error().detail);
    took = *taken;
    std::fflush(stdout);
    if (waiting && input_ended()) {
      waiting = false;
      go_on();
    }
  }
  const auto lost = tracer.losses();
  std::printf("lost events=%llu calls=%llu processes=%llu\n", static_cast<unsigned long long>(lost.events),
              static_cast<unsigned long long>(lost.calls), static_cast<unsigned long long>(lost.processes));
  return std::fflush(stdout) ? 5 : 0;
}

int watch_living(const sbx::TracePlan& plan, pid_t pid) {
  const sbx::Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  auto tracer = sbx::Tracer::attach(plan);
  if (!tracer)
    return fail(sbx::errno_name(tracer.error().error) + ": " + tracer.error().detail);
  if (const auto watched = tracer->watch(pidfd.get()); !watched)
    return fail(sbx::errno_name(watched.error().error) + ": " + watched.error().detail);
  print_line(tracer->attached_line());
  std::fflush(stdout);
  return print_all(
      *tracer, false,
      [&] {
        pollfd ended{pidfd.get(), POLLIN, 0};
        return poll(&ended, 1, 0) > 0;
      },
      [] {});
}

int run(const sbx::TracePlan& plan, const std::vector<std::string>& command) {
  auto launch = sbx::Launch::prepare(command, false);
  if (!launch)
    return fail(launch.error().text);
  auto tracer = sbx::Tracer::attach(plan);
  if (!tracer)
    return fail(sbx::errno_name(tracer.error().error) + ": " + tracer.error().detail);
  if (const auto watched = tracer->watch(launch->pidfd()); !watched)
    return fail(sbx::errno_name(watched.error().error) + ": " + watched.error().detail);
  print_line(tracer->attached_line());
  std::fflush(stdout);
  if (const auto gone = launch->go(); !gone)
    return fail(gone.error().text);
  return print_all(
      *tracer, plan.hold != sbx::HoldWhen::never, [&] { return launch->ended().has_value(); },
      [&] { launch->continue_all(); });
}

} // namespace

int main(int argc, char** argv) {
  sbx::TracePlan plan;
  int at = 1, pid = 0;
  for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
    const std::string option = argv[at];
    if (option == "--pid")
      pid = std::atoi(argv[at + 1]);
    else if (option != "--hold" || !read_hold(argv[at + 1], plan))
      return fail("no such option");
  }
  if ((at >= argc) == (pid == 0))
    return fail("give a command, or --pid");
  return pid ? watch_living(plan, pid) : run(plan, {argv + at, argv + argc});
}
