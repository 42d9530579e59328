#include "rules/initial_ns.h"

namespace sbx {

std::uint64_t initial_inode(std::string_view kind) {
  if (kind == "ipc")
    return 0xefffffff;
  if (kind == "uts")
    return 0xeffffffe;
  if (kind == "user")
    return 0xeffffffd;
  if (kind == "pid")
    return 0xeffffffc;
  if (kind == "cgroup")
    return 0xeffffffb;
  if (kind == "time")
    return 0xeffffffa;
  if (kind == "net")
    return 0xeffffff9;
  return 0xeffffff8; // mnt
}

bool fixed_in_every_kernel(std::string_view kind) { return kind != "net" && kind != "mnt"; }

bool numbered_by_linux(std::uint64_t inode) {
  constexpr std::uint64_t lowest = 0xeffffff8; // MNT_NS_INIT_INO; all others are above (PROC_DYNAMIC_FIRST)
  return inode >= lowest;
}

std::optional<bool> is_initial_ns(std::string_view kind, std::uint64_t inode,
                                  std::optional<std::uint64_t> known) {
  if (!numbered_by_linux(inode))
    return std::nullopt;
  if (inode == initial_inode(kind))
    return true;
  if (fixed_in_every_kernel(kind))
    return false;
  if (known)
    return inode == *known;
  return std::nullopt;
}

} // namespace sbx
