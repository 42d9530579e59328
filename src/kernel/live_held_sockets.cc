#include "kernel/live_held_sockets.h"

#include "kernel/child.h"
#include "kernel/fd_tables.h"
#include "kernel/file.h"
#include "kernel/held_socket.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/kcmp.h>
#include <map>
#include <optional>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 4000, most_rounds = 4;
constexpr std::size_t most_fds = 65'536, most_sockets = 2048, most_tasks = 4 << 20;
constexpr std::size_t most_bytes = 8 << 20;

#ifndef PIDFD_THREAD
constexpr unsigned PIDFD_THREAD = O_EXCL; // linux/pidfd.h, 6.9
#endif

bool is_socket_link(int links, const std::string& name) {
  char link[64];
  const ssize_t length = readlinkat(links, name.c_str(), link, sizeof link);
  return length > 0 && std::string_view(link, static_cast<std::size_t>(length)).starts_with("socket:[");
}

class Listing {
public:
  Listing(const ProcTarget& target, int dir, int out)
      : target_(target), dir_(dir), out_(out), ours_(target.pid() == getppid()), peers_(target.proc()) {}

  void say(const std::string& text) const {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t wrote = write(out_, text.data() + at, text.size() - at);
      if (wrote < 0 && errno != EINTR)
        _exit(1);
      at += static_cast<std::size_t>(std::max<ssize_t>(wrote, 0));
    }
  }

  // Lists again until a listing holds no socket that was not looked at.
  void table(pid_t tid) {
    say(fmt::format("table {}\n", tid));
    const auto links = open_beneath(dir_, fmt::format("task/{}/fd", tid), O_PATH | O_DIRECTORY);
    const auto pidfd = pidfd_of(tid);
    std::vector<int> known;
    std::string how = "moving";
    for (int round = 0; round < most_rounds && how == "moving"; ++round) {
      const auto numbers = list_numbers(dir_, fmt::format("task/{}/fd", tid), most_fds);
      if (!numbers || !links) {
        how = refusal_word(numbers ? links.error() : numbers.error());
        break;
      }
      std::vector<int> fresh;
      std::set_difference(numbers->begin(), numbers->end(), known.begin(), known.end(),
                          std::back_inserter(fresh));
      how = numbers->size() > most_fds ? "cut" : "moving";
      for (const int number : fresh) {
        if (!is_socket_link(links->get(), std::to_string(number)))
          continue;
        if (++count_ > most_sockets) {
          how = "cut";
          break;
        }
        say(pidfd ? describe(pidfd->get(), number)
                  : fmt::format("refused {} {}\n", number, refusal_word(pidfd.error())));
      }
      if (how == "moving" && fresh.empty())
        how = "all";
      known.insert(known.end(), fresh.begin(), fresh.end());
      std::sort(known.begin(), known.end());
    }
    say(fmt::format("listed {}\n", how));
  }

  // Last, for the child stays in the namespace that it joined last.
  void namespaces() {
    const auto tids = list_numbers(dir_, "task", most_tasks);
    if (!tids) {
      say(fmt::format("netns {0} cookie={0} tid={1}\n", refusal_word(tids.error()), target_.pid()));
      return;
    }
    std::map<std::string, pid_t> found; // by the inode, or what it was refused with; exited threads have none
    for (const pid_t tid : *tids)
      if (const auto inode = ns_inode(dir_, fmt::format("task/{}/ns", tid), "net"))
        found.emplace(std::to_string(*inode), tid);
      else if (inode.error() != ENOENT && inode.error() != ESRCH)
        found.emplace(refusal_word(inode.error()), tid);
    const auto own = ns_inode(target_.proc(), fmt::format("{}/ns", getpid()), "net");
    for (const bool joining : {false, true})
      for (const auto& [inode, tid] : found)
        if (joining == !(own && std::to_string(*own) == inode))
          say(fmt::format("netns {} cookie={} tid={}\n", inode, cookie_there(tid, joining), tid));
  }

private:
  tl::expected<Fd, int> pidfd_of(pid_t tid) const {
    Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, tid, tid == target_.pid() ? 0 : PIDFD_THREAD)));
    if (!pidfd && tid != target_.pid() && errno == EINVAL) { // before 6.9 only the table of the main thread
      if (syscall(SYS_kcmp, target_.pid(), tid, KCMP_FILES, 0, 0) != 0)
        return tl::unexpected<int>(EOPNOTSUPP);
      pidfd = Fd(static_cast<int>(syscall(SYS_pidfd_open, target_.pid(), 0)));
    }
    if (!pidfd)
      return tl::unexpected<int>(errno);
    return pidfd;
  }

  std::string describe(int pidfd, int number) {
    Fd copy(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd, number, 0)));
    int error = copy ? 0 : errno;
    if (error != 0 && error != EBADF &&
        ours_) { // a child may not look into its parent, but has what that has
      copy = Fd(fcntl(number, F_DUPFD_CLOEXEC, 0));
      error = copy ? 0 : error;
    }
    if (error == EBADF || error == ESRCH)
      return fmt::format("gone {}\n", number);
    if (error != 0)
      return fmt::format("refused {} {}\n", number, refusal_word(error));
    struct stat status {};
    if (fstat(copy.get(), &status) != 0 || !S_ISSOCK(status.st_mode))
      return fmt::format("gone {}\n", number);
    return fmt::format("socket {} {}\n", number, socket_words(copy.get(), peers_));
  }

  std::string cookie_there(pid_t tid, bool joining) const {
    if (joining) {
      const auto links = open_beneath(dir_, fmt::format("task/{}/ns", tid), O_PATH | O_DIRECTORY);
      if (!links)
        return refusal_word(links.error());
      const Fd ns(openat(links->get(), "net", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
      if (!ns || setns(ns.get(), CLONE_NEWNET) != 0)
        return refusal_word(errno);
    }
    const Fd own(
        socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)); // of all families the one that is always there
    return own ? cookie_word(own.get()) : refusal_word(errno);
  }

  const ProcTarget& target_;
  int dir_, out_;
  bool ours_;
  PeerWords peers_;
  std::size_t count_ = 0;
};

void list(const ProcTarget& target, int dir, int out) {
  Listing listing(target, dir, out);
  FdTables tables(dir);
  std::string end = "moving";
  for (int round = 0; round < most_rounds; ++round) {
    const auto fresh = tables.look();
    if (!fresh) {
      end = refusal_word(fresh.error().error);
      break;
    }
    for (const pid_t tid : *fresh)
      listing.table(tid);
    if (fresh->empty()) {
      end = "settled";
      break;
    }
  }
  for (const FdTables::Table& table : tables.tables()) {
    std::string others;
    for (const pid_t tid : table.others)
      others += (others.empty() ? " " : ",") + std::to_string(tid);
    if (!others.empty())
      listing.say(fmt::format("threads {}{}\n", table.first, others));
  }
  if (tables.refused_with() != 0)
    listing.say("tables " + refusal_word(tables.refused_with()) + "\n");
  listing.namespaces();
  listing.say("end " + end + "\n");
}

// The errno where no table could be listed at all, else 0.
int all_refused(const std::string& text) {
  if (text.find("\nlisted all") != text.npos || text.find("\nsocket ") != text.npos)
    return 0;
  const std::size_t at = text.find("\nlisted !");
  if (at == text.npos)
    return 0;
  const std::size_t begin = at + 9;
  return errno_from_name(text.substr(begin, text.find('\n', begin) - begin)).value_or(EBADMSG);
}

} // namespace

Reading read_held_sockets(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error(), "/proc does not show this process though it exists (hidepid)");
  ChildAnswer answer = hear_child([&](int out) { list(target, *dir, out); },
                                  {.deadline_ms = deadline_ms, .most_bytes = most_bytes});
  answer.bytes.resize(answer.bytes.rfind('\n') + 1); // npos + 1 is 0
  int stopped = answer.cut ? answer.cut->error : 0;
  if (stopped == 0 && answer.bytes.find("\nend ") == answer.bytes.npos && !answer.bytes.starts_with("end "))
    stopped = EPERM; // killed: a seccomp filter of our own
  if (stopped != 0)
    answer.bytes += "end " + refusal_word(stopped) + "\n";
  if (const int error = all_refused(answer.bytes))
    return refused(error, "listing the descriptors");
  return std::move(answer.bytes);
}

} // namespace sbx
