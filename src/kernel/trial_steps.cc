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

bool to_be_done(const std::optional<std::string>& known) {
  return !known || (known->starts_with("try ") && known->ends_with(" ok\n")); // the state that it made counts
}

void say(int out, const std::string& line) {
  if (write(out, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    _exit(1);
}

constexpr std::string_view begins = ">\n";

// Each line goes out at once: what a later step does to this process does not take it back.
void go_through(const std::vector<TrialStep>& steps, const std::vector<std::optional<std::string>>& known,
                int out) {
  const rlimit none{};
  setrlimit(RLIMIT_CORE, &none); // a filter that kills would leave a core
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (to_be_done(known[i])) {
      say(out, fmt::format("{} {}", i, begins));
      say(out, fmt::format("{} {}", i, done(steps[i])));
    }
}

struct Heard {
  std::optional<std::size_t> begun; // the last one that was begun, and has no end
};

// The lines that came, where they belong.
Heard keep(std::string_view bytes, std::vector<std::optional<std::string>>& known) {
  Heard heard;
  for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
    const std::size_t space = bytes.find(' ');
    const auto at = static_cast<std::size_t>(std::atoi(std::string(bytes.substr(0, space)).c_str()));
    const std::string_view line = bytes.substr(space + 1, end - space);
    heard.begun = line == begins ? std::optional(at) : std::nullopt;
    if (line != begins && at < known.size() && !known[at])
      known[at] = std::string(line);
    bytes.remove_prefix(end + 1);
  }
  return heard;
}

// How a step ended that ended its child, or that nobody began.
std::string cut_short(const TrialStep& step, bool late, bool untried) {
  if (step.look)
    return "fact " + property_line(step.id, refused(late ? ETIMEDOUT : ECHILD));
  return try_line(step.id, late ? "late" : untried ? "untried" : "killed");
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
  const auto missing = [&] { return std::find(known.begin(), known.end(), std::nullopt); };
  for (int children = 0; children < most_children && missing() != known.end(); ++children) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    if (left <= 0)
      break;
    const ChildAnswer answer = hear_child([&](int out) { go_through(steps, known, out); },
                                          {.deadline_ms = static_cast<int>(std::min<long>(left, chain_ms))});
    const Heard heard = keep(answer.bytes, known);
    if (missing() == known.end())
      break;
    const bool late = answer.cut && answer.cut->error == ETIMEDOUT;
    const std::size_t at = heard.begun.value_or(static_cast<std::size_t>(missing() - known.begin()));
    known[at] = cut_short(steps[at], late, !heard.begun); // there was no child, or it could not begin
  }
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i)
    text += known[i] ? *known[i] : cut_short(steps[i], true, false);
  return text;
}

} // namespace sbx
