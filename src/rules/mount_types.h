// What does a file system of this type stand for? filesystems(5), and Documentation/filesystems of the
// kernel.
#pragma once

#include <string_view>

namespace sbx {

enum class MountKind {
  stores, // files on a disk, in memory, or layers of such
  kernel, // a door to the kernel: what is in it is made up by the kernel
  server, // another machine or a process answers
};

struct MountType {
  std::string_view type;
  MountKind kind;
  std::string_view meaning;
};

// "fuse.sshfs" counts as "fuse". Of a type that is not listed: it stores, and its meaning is empty.
MountType mount_type(std::string_view type);

} // namespace sbx
