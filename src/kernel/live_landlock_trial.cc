#include "kernel/live_landlock_trial.h"

#include "core/errno_name.h"
#include "kernel/child.h"
#include "kernel/file.h"
#include "kernel/landlock_call.h"
#include "kernel/landlock_present.h"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 2000;

void say(int out, const std::string& line) {
  [[maybe_unused]] const ssize_t written = write(out, line.data(), line.size());
}

std::string outcome(bool worked) { return worked ? "ok" : errno_name(errno); }

std::string answer(int value) { return value >= 0 ? std::to_string(value) : "!" + errno_name(errno); }

std::string try_directory(const char* path) {
  const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
  const std::string came = outcome(fd >= 0);
  close(fd);
  return came;
}

// Bound to no port in particular on loopback and closed at once: nothing is sent.
std::string try_bind() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string came =
      outcome(fd >= 0 && bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(fd);
  return came;
}

std::string try_signal(pid_t to) { return outcome(kill(to, 0) == 0); }

// A ruleset of its own that allows reading directories beneath /proc alone, no binding and no signal to the
// outside. Each step is tried before and after: only one that worked before says anything when it fails
// after.
void try_domain(int out, int abi) {
  landlock::RulesetAttr attr;
  attr.handled_access_fs = landlock::fs_read_dir;
  attr.handled_access_net = abi >= 4 ? landlock::net_bind_tcp : 0;
  attr.scoped = abi >= 6 ? landlock::scope_signal : 0;
  const pid_t parent = getppid();
  const bool root = try_directory("/") == "ok", proc = try_directory("/proc") == "ok";
  const bool binds = abi >= 4 && try_bind() == "ok", signals = abi >= 6 && try_signal(parent) == "ok";
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const int ruleset = landlock::create_ruleset(attr, abi);
  const int allowed = open("/proc", O_PATH | O_CLOEXEC);
  const bool worked = ruleset >= 0 &&
                      (!proc || landlock::add_path(ruleset, allowed, landlock::fs_read_dir) == 0) &&
                      landlock::restrict_self(ruleset) == 0;
  say(out, fmt::format("trial restrict_self ok {}\n", outcome(worked)));
  if (!worked)
    return;
  if (proc)
    say(out, fmt::format("trial open_allowed ok {}\n", try_directory("/proc")));
  if (root)
    say(out, fmt::format("trial open_denied EACCES {}\n", try_directory("/")));
  if (binds)
    say(out, fmt::format("trial bind_denied EACCES {}\n", try_bind()));
  if (signals)
    say(out, fmt::format("trial signal_denied EPERM {}\n", try_signal(parent)));
}

// Without it the child was killed in the middle.
constexpr std::string_view end_mark = "end\n";

// Stacks layers that change nothing more until the kernel has no room: what was missing is what we live
// under.
void count_depth(int out, int abi) {
  landlock::RulesetAttr attr;
  attr.handled_access_fs = landlock::fs_read_dir;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const int ruleset = landlock::create_ruleset(attr, abi);
  int added = 0;
  while (ruleset >= 0 && added <= landlock::most_layers && landlock::restrict_self(ruleset) == 0)
    ++added;
  const int stopped = errno;
  if (ruleset >= 0 && stopped == E2BIG && added <= landlock::most_layers)
    say(out, fmt::format("depth {}\n", landlock::most_layers - added));
  else
    say(out, "depth !" + errno_name(stopped) + "\n");
}

// Whole lines only: a child that was killed in the middle leaves what it had proved.
std::string tried_in_present_domain(int abi) {
  ChildAnswer answer = hear_child(
      [abi](int out) {
        try_present_network(out, abi);
        try_present_files(out);
      },
      {.deadline_ms = deadline_ms, .most_bytes = small_file});
  answer.bytes.resize(answer.bytes.rfind('\n') + 1); // npos + 1 is 0
  return answer.bytes + (abi >= 6 ? present_signal() : "");
}

} // namespace

Reading read_landlock_trial(bool present) {
  // Where the whole is refused (a seccomp filter that kills), the death of the child is all that happens.
  Reading text = ask_child(
      [](int out) {
        const int abi = landlock::abi();
        const int refused_with = errno;
        say(out, "abi " + answer(abi) + "\n");
        say(out, "errata " + answer(landlock::errata()) + "\n");
        if (abi > 0)
          count_depth(out, abi);
        else
          say(out, "depth !" + errno_name(refused_with) + "\n");
      },
      deadline_ms);
  if (!text)
    return text;
  if (text->find("\ndepth ") == std::string::npos)
    return refused(EPERM, "the child that asked Landlock was killed before it could answer");
  if (!text->starts_with("abi !")) {
    const int abi = std::atoi(text->c_str() + 4);
    const Reading steps = ask_child(
        [abi](int out) {
          try_domain(out, abi);
          say(out, std::string(end_mark));
        },
        deadline_ms);
    if (!steps)
      return steps;
    const bool ended = steps->ends_with(end_mark);
    *text += ended ? steps->substr(0, steps->size() - end_mark.size()) : *steps + "trial survive ok ECHILD\n";
    // Outside of every domain there is nothing to prove.
    if (present && text->find("\ndepth !") == std::string::npos &&
        text->find("\ndepth 0\n") == std::string::npos && present_can_be_tried())
      *text += tried_in_present_domain(abi);
  }
  return text;
}

} // namespace sbx
