#include "kernel/path_children.h"

#include "core/errno_name.h"
#include "kernel/child.h"
#include "kernel/living_task.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr int most_hangs = 3, quiet_ms = 1000;
constexpr std::chrono::milliseconds whole_time{8000};
constexpr std::size_t most_bytes = 64 << 20;
constexpr std::string_view root_ok = "root ok\n", root_refused = "root ";

// Its magic link is followed: that is how the root is found whatever the target names it.
tl::expected<Fd, Refusal> open_root(const ProcTarget& target) {
  return open_living(target, [](int task) -> tl::expected<Fd, int> {
    Fd root(openat(task, "root", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root)
      return tl::unexpected<int>(errno);
    return root;
  });
}

// In the child: the file system of the root may be the one that does not answer.
void ask_from_root(Asking asking, const PathQuestion& question) {
  const auto root = open_root(asking.target);
  if (!root) {
    say(asking.out, std::string(root_refused) + refusal_word(root.error().error) + "\n");
    return;
  }
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max; // a deep path holds a descriptor for each directory
    setrlimit(RLIMIT_NOFILE, &files);
  }
  say(asking.out, root_ok);
  asking.root = root->get();
  question.ask(asking);
}

// Why a child said nothing of use; ECHILD: it died.
Refusal root_refusal(const ChildAnswer& said) {
  const std::string_view bytes = said.bytes;
  if (bytes.starts_with(root_refused) && bytes.ends_with('\n')) {
    const auto error =
        errno_from_name(bytes.substr(root_refused.size() + 1, bytes.size() - root_refused.size() - 2));
    return {error.value_or(EBADMSG), "opening the root directory of the target"};
  }
  if (said.cut && said.cut->error == ETIMEDOUT)
    return {ETIMEDOUT, "the root directory of the target did not answer"};
  return said.cut ? *said.cut : Refusal{ECHILD, "the child that looked at paths of the target died"};
}

// How much of `text` is whole entries, and how many those are.
std::size_t whole_entries(std::string_view text, const PathQuestion& question, std::size_t& count) {
  std::size_t whole = 0;
  for (std::size_t at = 0, end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', at)) {
    const bool last = question.ends_entry(text.substr(at, end - at));
    at = end + 1;
    if (last) {
      whole = at;
      ++count;
    }
  }
  return whole;
}

} // namespace

void say(int out, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(out, text.data(), text.size());
    if (wrote < 0 && errno != EINTR)
      _exit(1);
    text.remove_prefix(static_cast<std::size_t>(wrote < 0 ? 0 : wrote));
  }
}

Reading ask_in_children(const ProcTarget& target, const std::vector<std::string>& paths,
                        const PathQuestion& question) {
  const auto end = clock::now() + whole_time;
  std::string text;
  std::size_t next = 0;
  bool careful = false;
  int given_up = 0; // with all that is left
  for (int hangs = 0; next < paths.size() && given_up == 0;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    if (hangs == most_hangs || left <= 0) {
      given_up = ETIMEDOUT;
      break;
    }
    const ChildAnswer said = hear_child(
        [&](int out) {
          ask_from_root({target, paths, next, careful, -1, out}, question);
        },
        {.deadline_ms = static_cast<int>(left), .quiet_ms = quiet_ms, .most_bytes = most_bytes});
    if (!said.bytes.starts_with(root_ok)) {
      Refusal refusal = root_refusal(said);
      if (text.empty())
        return tl::unexpected<Refusal>(std::move(refusal));
      given_up = refusal.error;
      break;
    }
    const std::string_view entries = std::string_view(said.bytes).substr(root_ok.size());
    const std::size_t whole = whole_entries(entries, question, next);
    text += entries.substr(0, whole);
    if (text.size() > most_bytes || (said.cut && said.cut->error == EFBIG))
      return refused(EFBIG, "too much to say of these paths");
    if (next >= paths.size())
      break;
    ++hangs;
    const std::string_view met = entries.substr(whole);
    if (!careful && !met.empty() && met.back() != '\n') {
      careful = true;
      continue;
    }
    const std::size_t last_line = met.rfind('\n');
    text += question.unanswered(paths[next++], met.substr(0, last_line == met.npos ? 0 : last_line + 1),
                                said.cut ? said.cut->error : ECHILD);
  }
  for (; next < paths.size(); ++next)
    text += question.unanswered(paths[next], "", given_up);
  return text;
}

} // namespace sbx
