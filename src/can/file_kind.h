// What is a file: a directory, a device ...? inode(7).
#pragma once

#include "parse/path_walks.h"

#include <string_view>

namespace sbx {

// S_IFMT and its values, the same on every architecture; <sys/stat.h> would bring system calls.
inline constexpr unsigned format_mask = 0170000, format_socket = 0140000, format_link = 0120000,
                          format_regular = 0100000, format_block = 0060000, format_directory = 0040000,
                          format_character = 0020000, format_fifo = 0010000;

inline unsigned format_of(unsigned mode) { return mode & format_mask; }
inline bool is_directory(const WalkStep& step) { return format_of(step.mode) == format_directory; }
inline bool is_regular(const WalkStep& step) { return format_of(step.mode) == format_regular; }
inline bool is_device(const WalkStep& step) {
  return format_of(step.mode) == format_block || format_of(step.mode) == format_character;
}

inline std::string_view kind_words(const WalkStep& step) {
  switch (format_of(step.mode)) {
  case format_directory:
    return "a directory";
  case format_regular:
    return "a regular file";
  case format_link:
    return "a symbolic link";
  case format_block:
    return "a block device";
  case format_character:
    return "a character device";
  case format_fifo:
    return "a FIFO";
  case format_socket:
    return "a socket";
  default:
    return "a file of an unknown kind";
  }
}

} // namespace sbx
