// Does a file system decide by mode bits alone? statfs(2) f_type, include/uapi/linux/magic.h.
#pragma once

#include <cstdint>
#include <string_view>

namespace sbx {

enum class FileSystemKind {
  plain,   // a local one: the mode bits, and what the VFS makes of them
  overlay, // plain, and beneath it once more with the credentials of who mounted it
  pseudo,  // a refusal by mode bits holds, but its files have rules of their own
  proc,    // its files and directories decide for themselves
  server,  // another machine or program decides
  other,   // not known here
};

struct FileSystem {
  FileSystemKind kind;
  std::string_view name;
};

FileSystem file_system(std::uint64_t magic);

// Files in the root of procfs that open for whom their mode lets: made without an open of their own that asks
// more (fs/proc/version.c, cpuinfo.c, meminfo.c ...).
bool proc_file_by_mode(std::string_view name);
inline constexpr std::uint64_t proc_root_inode = 1; // PROC_ROOT_INO, include/linux/proc_fs.h

} // namespace sbx
