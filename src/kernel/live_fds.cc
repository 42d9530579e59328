#include "kernel/live_fds.h"

#include "kernel/child.h"
#include "kernel/fd_tables.h"
#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 4000;
constexpr std::size_t most = 65'536;         // of all tables together
constexpr std::size_t most_bytes = 32 << 20; // a recording holds 128 MiB
constexpr std::size_t most_fdinfo = 1 << 20;
constexpr int most_rounds = 4;

// The first `limit` bytes of a file of procfs: an epoll, inotify or io_uring instance may have very much
// more, which is not needed.
Reading read_start(int dir, const std::string& path, std::size_t limit) {
  const auto fd = open_beneath(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd)
    return refused(fd.error());
  std::string bytes(limit, '\0');
  std::size_t had = 0;
  while (had < limit) {
    const ssize_t got = read(fd->get(), bytes.data() + had, limit - had);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return refused(errno);
    if (got == 0)
      break;
    had += static_cast<std::size_t>(got);
  }
  bytes.resize(had);
  return bytes;
}

// The value of the first line of that name; names that a target chose come later in fdinfo than what is asked
// for here. EOPNOTSUPP: this kernel does not print it.
std::string field(const Reading& info, std::string_view name) {
  if (!info)
    return refusal_word(info.error().error);
  const std::string head = "\n" + std::string(name) + ":\t";
  const std::size_t at = info->find(head);
  if (at == std::string::npos)
    return refusal_word(EOPNOTSUPP);
  const std::size_t begin = at + head.size();
  return word_of(std::string_view(*info).substr(begin, info->find('\n', begin) - begin));
}

// Of io_uring: credentials that were registered with it, and files. The kernel says nothing of either while
// the ring is in use, and of credentials nothing at all since 6.17 or so: then `-`.
std::string ring_words(const Reading& info) {
  std::string words;
  if (info && info->find("\nPersonalities:\n") != std::string::npos) {
    std::size_t count = 0;
    for (std::size_t at = info->find("\n\tCapEff:\t"); at != std::string::npos;
         at = info->find("\n\tCapEff:\t", at + 1))
      ++count;
    words = fmt::format(" personalities={}", count);
  }
  if (const std::string files = field(info, "UserFiles"); !files.starts_with('!'))
    words += " files=" + files;
  return words;
}

std::string status_words(int links, const std::string& name) {
  struct statx status {};
  if (statx(links, name.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_MODE | STATX_INO,
            &status) != 0)
    return " mode=" + refusal_word(errno);
  return fmt::format(" mode=0{:o} dev={}:{} ino={} rdev={}:{}", status.stx_mode, status.stx_dev_major,
                     status.stx_dev_minor, status.stx_ino, status.stx_rdev_major, status.stx_rdev_minor);
}

struct Line {
  std::string text; // empty: closed since it was listed
  bool own = false;
};

Line describe(int links, int infos, int number, bool ours) {
  const std::string name = std::to_string(number);
  char link[4096];
  const ssize_t length = readlinkat(links, name.c_str(), link, sizeof link);
  if (length < 0 && errno == ENOENT)
    return {};
  const std::string_view target(link, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  std::string text =
      fmt::format("fd {} link={}", name, length < 0 ? refusal_word(errno) : ":" + word_of(target));
  Reading info = read_start(infos, name, 4095);
  const std::string flags = field(info, "flags");
  if (ours && (std::strtoul(flags.c_str(), nullptr, 8) & O_CLOEXEC) != 0)
    return {{}, true};
  text += fmt::format(" flags={} mnt={}{}", flags, field(info, "mnt_id"), status_words(links, name));
  if (target == "anon_inode:[pidfd]")
    if (const std::string pid = field(info, "Pid"); !pid.starts_with('!'))
      text += " pid=" + pid;
  if (text.ends_with(" rdev=10:200")) // /dev/net/tun, Documentation/admin-guide/devices.txt
    if (const std::string tap = field(info, "iff"); !tap.starts_with('!'))
      text += " tap=:" + tap;
  if (target == "anon_inode:[io_uring]")
    text += ring_words(read_start(infos, name, most_fdinfo));
  return {text + "\n", false};
}

class Listing {
public:
  Listing(int dir, int out, bool ours) : dir_(dir), out_(out), ours_(ours) {}

  // Whether the pipe still has a reader.
  bool say(const std::string& text) {
    bytes_ += text.size();
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t wrote = write(out_, text.data() + at, text.size() - at);
      if (wrote < 0 && errno != EINTR)
        return false;
      at += static_cast<std::size_t>(std::max<ssize_t>(wrote, 0));
    }
    return true;
  }

  // Lists again until a listing holds no number that was not read.
  void table(pid_t tid) {
    const std::string task = fmt::format("task/{}/", tid);
    say(fmt::format("table {}\n", tid));
    const auto infos = open_beneath(dir_, task + "fdinfo", O_PATH | O_DIRECTORY);
    const auto links = open_beneath(dir_, task + "fd", O_PATH | O_DIRECTORY);
    std::vector<int> known;
    std::size_t own = 0;
    std::string how = "moving";
    for (int round = 0; round < most_rounds && how == "moving"; ++round) {
      const auto numbers = list_numbers(dir_, task + "fd", most);
      if (!numbers || !links) {
        how = refusal_word(numbers ? links.error() : numbers.error());
        break;
      }
      std::vector<int> fresh;
      std::set_difference(numbers->begin(), numbers->end(), known.begin(), known.end(),
                          std::back_inserter(fresh));
      for (const int number : fresh) {
        if (++count_ > most || bytes_ > most_bytes) {
          how = "cut";
          break;
        }
        const Line line = describe(links->get(), infos ? infos->get() : -1, number, ours_);
        own += line.own ? 1 : 0;
        if (!say(line.text))
          return;
      }
      if (how == "moving" && fresh.empty())
        how = "all";
      known.insert(known.end(), fresh.begin(), fresh.end());
      std::sort(known.begin(), known.end());
    }
    say(fmt::format("listed {} own={}\n", how, own));
  }

private:
  int dir_, out_;
  bool ours_;
  std::size_t bytes_ = 0, count_ = 0;
};

// What is told apart by its device: namespaces and memfds, each of which is on a file system of the kernel's
// own that exists once.
std::string device_of(int fd) {
  struct statx status {};
  return fd >= 0 && statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &status) == 0
             ? fmt::format("{}:{}", status.stx_dev_major, status.stx_dev_minor)
             : "-";
}

void list(int dir, int proc, int out, bool ours) {
  Listing listing(dir, out, ours);
  const Fd ns(openat(proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const Fd memory(memfd_create("sbx-attest", MFD_CLOEXEC));
  listing.say(fmt::format("known nsfs={} memfd={}\n", device_of(ns.get()), device_of(memory.get())));
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
  listing.say("end " + end + "\n");
}

// The errno where no table could be listed at all, else 0.
int all_refused(const std::string& text) {
  if (text.find("\nfd ") != std::string::npos || text.find("\nlisted all") != std::string::npos)
    return 0;
  for (const std::string_view line : {"\nlisted !", "\nend !"})
    if (const std::size_t at = text.find(line); at != std::string::npos) {
      const std::size_t begin = at + line.size();
      return errno_from_name(text.substr(begin, text.find_first_of(" \n", begin) - begin)).value_or(EBADMSG);
    }
  return 0;
}

} // namespace

Reading read_fds(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error(), "/proc does not show this process though it exists (hidepid)");
  const bool ours = target.pid() == getpid();
  ChildAnswer answer = hear_child([&](int out) { list(*dir, target.proc(), out, ours); },
                                  {.deadline_ms = deadline_ms, .most_bytes = most_bytes + (1 << 20)});
  answer.bytes.resize(answer.bytes.rfind('\n') + 1); // npos + 1 is 0
  int stopped = answer.cut ? answer.cut->error : 0;
  if (stopped == 0 && answer.bytes.find("\nend ") == std::string::npos)
    stopped = EPERM; // killed: a seccomp filter of our own
  if (stopped != 0)
    answer.bytes += "end " + refusal_word(stopped) + "\n";
  if (const int error = all_refused(answer.bytes))
    return refused(error, "listing the descriptors");
  return std::move(answer.bytes);
}

} // namespace sbx
