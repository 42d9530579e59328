// Which mount and which inode does a descriptor of ours hold, by the kernel's own numbers?
// proc_pid_fdinfo(5).
#pragma once

#include "kernel/fd.h"

#include <cstdint>
#include <tl/expected.hpp>

namespace sbx {

struct FdNumbers {
  std::uint64_t mount = 0; // as in mountinfo
  std::uint64_t inode = 0; // i_ino, which a file system may hide behind another st_ino
};

// Asks no file system, so it never waits for one.
class FdInfo {
public:
  explicit FdInfo(int proc) : proc_(proc) {} // "/proc", of this process's PID namespace
  // EOPNOTSUPP on kernels that do not print the inode (before 5.14).
  tl::expected<FdNumbers, int> of(int fd);

private:
  int proc_;
  int number_ = -1;
  Fd file_; // about whatever has that number, so it serves for as long as the number is used again
};

} // namespace sbx
