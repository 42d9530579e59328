#include "kernel/live_tasks.h"

#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_bytes = 64 << 20; // some 45,000 threads; more is refused, not cut
constexpr std::size_t most_tasks = 4 << 20;  // PID_MAX_LIMIT (proc_sys_kernel(5), pid_max)
constexpr int most_rounds = 16;

struct Sweep {
  bool settled = false;
  std::map<pid_t, std::string> texts; // of the tasks of the last listing
};

// Reads every thread once, then lists again until a listing holds none that was not read: threads inherit
// from the one that makes them, so one that was made and is gone again in between changes nothing.
tl::expected<Sweep, Refusal> sweep(int dir, const std::function<std::string(pid_t)>& text_of) {
  Sweep found;
  std::size_t bytes = 0;
  for (int round = 0; round < most_rounds; ++round) {
    const auto tids = list_numbers(dir, "task", most_tasks);
    if (!tids)
      return tl::unexpected<Refusal>(Refusal{tids.error(), "listing the threads"});
    std::erase_if(found.texts, [&](const auto& read) {
      return !std::binary_search(tids->begin(), tids->end(), read.first);
    });
    bool fresh = false;
    for (const pid_t tid : *tids)
      if (const auto [slot, added] = found.texts.try_emplace(tid); added) {
        slot->second = text_of(tid);
        fresh = true;
        if ((bytes += slot->second.size()) > most_bytes)
          return tl::unexpected<Refusal>(Refusal{EFBIG, "too many threads to read them all"});
      }
    if (!fresh && !tids->empty()) {
      found.settled = true;
      break;
    }
  }
  if (found.texts.empty())
    return tl::unexpected<Refusal>(Refusal{ESRCH, "no thread is left"});
  return found;
}

Reading joined(const tl::expected<Sweep, Refusal>& found, bool with_listing) {
  if (!found)
    return tl::unexpected<Refusal>(found.error());
  std::string text = !with_listing ? "" : found->settled ? "Listing:\tsettled\n" : "Listing:\tmoving\n";
  for (const auto& [tid, lines] : found->texts)
    text += lines;
  return text;
}

template <class TextOf> Reading per_task(const ProcTarget& target, bool with_listing, TextOf&& text_of) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error(), "/proc does not show this process though it exists (hidepid)");
  return joined(sweep(*dir, [&](pid_t tid) { return text_of(*dir, tid); }), with_listing);
}

std::string label_word(int dir, const std::string& path) {
  Reading label = read_beneath(dir, path, 4096);
  if (!label)
    return refusal_word(label.error().error);
  while (!label->empty() && (label->back() == '\n' || label->back() == '\0'))
    label->pop_back();
  return ":" + word_of(*label);
}

} // namespace

Reading read_tasks_status(const ProcTarget& target) {
  return per_task(target, true, [](int dir, pid_t tid) {
    const Reading status = read_beneath(dir, fmt::format("task/{}/status", tid));
    return fmt::format("Task:\t{}\n{}", tid,
                       status ? *status : "Errno:\t" + errno_name(status.error().error) + "\n");
  });
}

std::string task_ns_line(int dir, const std::string& task_dir, pid_t tid,
                         std::span<const char* const> kinds) {
  std::string line = std::to_string(tid);
  const auto links = open_beneath(dir, task_dir + "/ns", O_PATH | O_DIRECTORY);
  for (const char* kind : kinds) {
    char link[64];
    const ssize_t length = links ? readlinkat(links->get(), kind, link, sizeof link) : -1;
    const std::string_view text(link, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    const std::size_t open = text.find('['), close = text.find(']'); // "net:[4026531833]"
    if (length < 0)
      line += fmt::format(" {}={}", kind, refusal_word(links ? errno : links.error()));
    else if (open == text.npos || close == text.npos || close < open)
      line += fmt::format(" {}={}", kind, refusal_word(EBADMSG));
    else
      line += fmt::format(" {}={}", kind, text.substr(open + 1, close - open - 1));
  }
  return line + "\n";
}

Reading read_tasks_ns(const ProcTarget& target) {
  return per_task(target, false,
                  [](int dir, pid_t tid) { return task_ns_line(dir, fmt::format("task/{}", tid), tid); });
}

Reading read_tasks_attr(const ProcTarget& target) {
  return per_task(target, false, [](int dir, pid_t tid) {
    const std::string attr = fmt::format("task/{}/attr/", tid);
    return fmt::format("{} current={} apparmor={} smack={}\n", tid, label_word(dir, attr + "current"),
                       label_word(dir, attr + "apparmor/current"), label_word(dir, attr + "smack/current"));
  });
}

} // namespace sbx
