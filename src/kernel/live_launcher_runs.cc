#include "kernel/live_trials.h"

#include "kernel/child.h"
#include "kernel/fd.h"
#include "kernel/property_text.h"
#include "kernel/surroundings.h"
#include "kernel/trial_steps.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

constexpr int run_ms = 1000;
constexpr std::chrono::milliseconds all_runs(3000);
constexpr std::size_t most_said = 2000;

struct Run {
  const char* id;
  Words flags;
};

// What each passes to bubblewrap, without the paths of the user: openai/codex linux-sandbox/src/bwrap.rs,
// anthropic-experimental/sandbox-runtime src/sandbox/linux-sandbox-utils.ts, boxlite src/jailer/bwrap.rs.
std::vector<Run> runs() {
  const Words base{"--new-session", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev"};
  const auto with = [&](Words more) {
    Words all = base;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  return {
      {"bwrap.plain", {"--die-with-parent", "--ro-bind", "/", "/", "--unshare-user", "--unshare-pid"}},
      {"bwrap.unshare", with({"--unshare-all"})},
      {"bwrap.all", with({"--unshare-all", "--proc", "/proc"})},
      {"bwrap.codex", with({"--unshare-user", "--unshare-pid", "--unshare-net", "--proc", "/proc"})},
      {"bwrap.codex_no_proc", with({"--unshare-user", "--unshare-pid", "--unshare-net"})},
      {"bwrap.srt", with({"--unshare-net", "--unshare-pid", "--proc", "/proc"})},
      {"bwrap.srt_weaker",
       with({"--unshare-net", "--unshare-pid", "--unshare-user", "--bind", "/proc", "/proc"})},
      {"bwrap.boxlite",
       with({"--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--proc", "/proc"})},
  };
}

struct Ended {
  int status = 0; // of waitpid(2)
  std::string said;
};

// In the child of hear_child(): the launcher is its child, ended with it, and what it says goes to `out`.
void start(const std::string& program, Words arguments, int out) {
  const pid_t parent = getpid();
  const pid_t launcher = fork();
  if (launcher == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const rlimit none{};
    setrlimit(RLIMIT_CORE, &none);
    const Fd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (getppid() != parent || (nothing && dup2(nothing.get(), STDIN_FILENO) < 0) ||
        dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
      _exit(126);
    std::vector<char*> argv;
    for (std::string& word : arguments)
      argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    std::signal(SIGPIPE, SIG_DFL);
    execve(program.c_str(), argv.data(), environment.data());
    _exit(127);
  }
  int status = launcher < 0 ? 126 << 8 : 0;
  while (launcher > 0 && waitpid(launcher, &status, 0) < 0 && errno == EINTR) {
  }
  const std::string last = "\n\x04" + std::to_string(status);
  [[maybe_unused]] const ssize_t written = write(out, last.data(), last.size());
}

// Inside of `flags` the whole of our root is seen, so this program is too.
Words harmless_command() {
  for (const char* path : {"/bin/true", "/usr/bin/true"})
    if (access(path, X_OK) == 0)
      return {path};
  std::array<char, 4096> own{};
  const ssize_t length = readlink("/proc/self/exe", own.data(), own.size());
  return {std::string(own.data(), length > 0 ? static_cast<std::size_t>(length) : 0), "--version"};
}

std::string run_lines(const Run& run, const std::string& program, clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
  const std::string id = run.id;
  if (left <= 0)
    return "try " + id + " late\n";
  Words arguments{program};
  arguments.insert(arguments.end(), run.flags.begin(), run.flags.end());
  arguments.emplace_back("--");
  for (const std::string& word : harmless_command())
    arguments.push_back(word);
  const ChildAnswer answer =
      hear_child([&](int out) { start(program, arguments, out); },
                 {.deadline_ms = static_cast<int>(std::min<long>(left, run_ms)), .most_bytes = most_said});
  const std::size_t mark = answer.bytes.rfind("\n\x04");
  std::string said = answer.bytes.substr(0, mark);
  while (said.ends_with('\n'))
    said.pop_back();
  std::string flags;
  for (const std::string& word : run.flags)
    flags += (flags.empty() ? "" : " ") + word;
  std::string word = "late";
  if (mark != answer.bytes.npos) {
    const int status = std::atoi(answer.bytes.c_str() + mark + 2);
    word = WIFSIGNALED(status) ? "killed" : status == 0 ? "ok" : "failed";
  } else if (answer.cut && answer.cut->error != ETIMEDOUT) {
    word = "untried";
  } else if (!answer.cut) {
    word = "killed";
  }
  return "try " + id + " " + word + "\nfact " + property_line(id + ".flags", flags) + "fact " +
         property_line(id + ".said", said);
}

} // namespace

Reading read_launcher_runs() {
  const auto end = clock::now() + all_runs;
  constexpr std::string_view head = "fact bwrap.path ";
  std::string text = try_steps({{"bwrap.path",
                                 {},
                                 []() -> Reading {
                                   const std::string path = program_path("bwrap");
                                   return path.empty() ? refused(ENOENT) : Reading(path);
                                 }}},
                               end);
  std::string program;
  const bool found =
      text.starts_with(std::string(head) + "/") &&
      unescape(std::string_view(text).substr(head.size(), text.size() - head.size() - 1), program);
  if (found)
    for (const Run& run : runs())
      text += run_lines(run, program, end);
  return text + "end\n";
}

} // namespace sbx
