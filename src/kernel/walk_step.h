// What is a file that a walk comes by? All that decides who may pass it: the KEYS of parse/path_walks.h.
#pragma once

#include "kernel/fd_info.h"

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace sbx {

struct MetFile {
  FdNumbers numbers;
  std::uint32_t major = 0, minor = 0;
  unsigned mode = 0;
  std::uint64_t magic = 0;
  bool follows_links = true; // its mount is not "nosymfollow"
  bool below_mount = false;  // surely not where its mount begins (statx(2), 5.8)
  std::string keys;
  bool same_as(const MetFile& other) const {
    return numbers.mount == other.numbers.mount && numbers.inode == other.numbers.inode &&
           major == other.major && minor == other.minor;
  }
};

// By an O_PATH descriptor; it may wait for the file system for ever. An errno where it cannot be told whole.
tl::expected<MetFile, int> meet(int fd, FdInfo& info);

} // namespace sbx
