// Which descriptors does the target hold? The dialect of target/fds:
//
//   known nsfs=0:4 memfd=0:1      devices of the file systems of namespaces and memfds, or -
//   table 4242                    a table of descriptors, named by a thread that uses it
//   fd 3 link=:/srv/a\x20b flags=0100000 mnt=29 mode=040755 dev=254:0 ino=2 rdev=0:0
//   fd 4 link=:anon_inode:[io_uring] flags=02 mnt=17 mode=0600 dev=0:14 ino=9 rdev=0:0 personalities=1
//   files=0 fd 5 link=:/dev/net/tun flags=02 mnt=17 mode=020666 dev=0:6 ino=9 rdev=10:200 tap=:tap0 listed
//   all own=0              all, moving, cut, or !ERRNO: not even their numbers threads 4242 4243,4244 those
//   that share the table of 4242 tables !EPERM                 only where kcmp(2) was refused: tables of
//   other threads were not looked for end settled                   or moving: threads came too fast; or
//   !ERRNO: stopped here
//
// link, flags, mnt and mode are !ERRNO where they were refused; without mode there is no dev, ino and rdev.
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

template <class T> using FdAnswer = tl::expected<T, int>; // or an errno

enum class FdKind {
  directory,
  file,
  char_device,
  block_device,
  socket,
  fifo,  // pipes too
  anon,  // an anonymous inode: io_uring, pidfd, epoll, BPF programs ...
  memfd, // memory of memfd_create(2), but for that of huge pages, which is `file`
  ns,    // a namespace
  other,
  unseen, // neither link nor mode say it
};

struct FdDevice {
  std::uint32_t major = 0, minor = 0;
  bool operator==(const FdDevice&) const = default;
};

struct FdStatus { // statx(2)
  std::uint32_t mode = 0;
  FdDevice dev, rdev;
  std::uint64_t ino = 0;
};

struct Descriptor {
  int number = 0;
  FdKind kind = FdKind::unseen;
  std::string name;              // of anon and ns: "[io_uring]", "kvm-vm", "net"; else empty
  FdAnswer<std::string> link;    // raw bytes that the target may have chosen
  FdAnswer<std::uint32_t> flags; // of open(2)
  FdAnswer<std::uint64_t> mount; // its id in mountinfo
  FdAnswer<FdStatus> status;
  std::optional<std::uint32_t> personalities, files; // of io_uring, where the kernel shows them
  std::optional<std::int64_t> pid;                   // of a pidfd; -1: that process is gone
  std::optional<std::string>
      tap; // of /dev/net/tun: raw name of its network interface, empty where it has none

  bool path_only() const { return flags && (*flags & 010000000) != 0; } // O_PATH
  // Opened for writing. False where the flags were not seen: look at `flags` first.
  bool writable() const { return flags && !path_only() && (*flags & 3) != 0; }
};

struct FdTable {
  enum class Listed { all, moving, cut, refused }; // cut: over our bounds, or stopped
  std::vector<std::int64_t> tids;
  Listed listed = Listed::cut;
  int error = 0;       // of refused, and of what was stopped
  std::size_t own = 0; // that the inspector itself opened, left out
  std::vector<Descriptor> descriptors;
};

struct Fds {
  std::vector<FdTable> tables; // none: every thread has exited
  int tables_refused = 0;      // errno of kcmp(2): other tables may exist that were not looked for
  bool settled = false;        // no thread came that was not looked at
  int stopped = 0;             // errno that ended the reading early
  // Every descriptor of every thread is in here, by its number. What it is may still have been refused.
  bool whole() const;
};

std::string_view fd_kind_name(FdKind kind); // "directory", "char_device", ...

Parsed<Fds> parse_fds(std::string_view text);

} // namespace sbx
