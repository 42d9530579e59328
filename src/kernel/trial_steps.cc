#include "kernel/trial_steps.h"

#include "core/errno_name.h"
#include "kernel/child.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fmt/core.h>
#include <optional>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr int most_children = 8; // of one chain: more than seven killers are too many
constexpr int chain_ms = 600;

std::string outcome_word(int outcome) {
  return outcome == 0           ? "ok"
         : outcome == not_tried ? "untried"
         : outcome == no_effect ? "ineffective"
                                : errno_name(outcome);
}

std::string try_line(const std::string& id, const std::string& word) {
  return "try " + id + " " + word + "\n";
}

std::string done(const TrialStep& step) {
  if (step.look)
    return "fact " + property_line(step.id, step.look());
  return try_line(step.id, outcome_word(step.attempt()));
}

// Each line goes out at once: what a later step does to this process does not take it back.
void go_through(const std::vector<TrialStep>& steps, const std::vector<std::optional<std::string>>& known,
                int out) {
  const rlimit none{};
  setrlimit(RLIMIT_CORE, &none); // a filter that kills would leave a core
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (!known[i] || known[i]->ends_with(" ok\n") ||
        known[i]->starts_with("fact ")) { // the state it made counts
      const std::string line = fmt::format("{} {}", i, done(steps[i]));
      if (write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        _exit(1);
    }
}

// The lines that came, where they belong; the number of the first that did not.
std::size_t keep(std::string_view bytes, std::vector<std::optional<std::string>>& known) {
  for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    const std::size_t space = bytes.find(' ');
    const auto at = static_cast<std::size_t>(std::atoi(std::string(bytes.substr(0, space)).c_str()));
    if (at < known.size() && !known[at])
      known[at] = std::string(bytes.substr(space + 1, end - space));
    bytes.remove_prefix(end + 1);
  }
  return static_cast<std::size_t>(std::find(known.begin(), known.end(), std::nullopt) - known.begin());
}

} // namespace

int outcome_of(long returned) { return returned < 0 ? errno : 0; }

int go_on_in_child() {
  const pid_t child = fork();
  if (child < 0)
    return errno;
  if (child > 0) {
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    _exit(0);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); // it is not inherited
  return 0;
}

std::string try_steps(const std::vector<TrialStep>& steps, clock::time_point end) {
  std::vector<std::optional<std::string>> known(steps.size());
  std::size_t next = 0;
  for (int children = 0; children < most_children && next < steps.size(); ++children) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    if (left <= 0)
      break;
    const ChildAnswer answer = hear_child([&](int out) { go_through(steps, known, out); },
                                          {.deadline_ms = static_cast<int>(std::min<long>(left, chain_ms))});
    next = keep(answer.bytes, known);
    if (next == steps.size())
      break;
    const bool late = answer.cut && answer.cut->error == ETIMEDOUT;
    const bool alive = answer.cut && !late; // there was no child, or no pipe
    known[next] = steps[next].look
                      ? "fact " + property_line(steps[next].id, refused(late ? ETIMEDOUT : ECHILD))
                      : try_line(steps[next].id, late    ? "late"
                                                 : alive ? "untried"
                                                         : "killed");
  }
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i)
    text += known[i]        ? *known[i]
            : steps[i].look ? "fact " + property_line(steps[i].id, refused(ETIMEDOUT))
                            : try_line(steps[i].id, "late");
  return text;
}

} // namespace sbx
