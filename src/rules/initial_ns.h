// Is a namespace the initial one, the host's? By the inode numbers that the kernel fixes, else by comparison.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// The eight kinds of namespaces(7), by the names of their links in /proc/PID/ns.
inline constexpr std::array<std::string_view, 8> ns_kinds{"user", "mnt", "pid",    "net",
                                                          "ipc",  "uts", "cgroup", "time"};

// include/uapi/linux/nsfs.h (6.18): enum init_ns_ino. ipc, uts, user, pid: fixed since 3.8; cgroup 4.6;
// time 5.6; net and mnt: only since 6.17, before that their number is whatever came first.
std::uint64_t initial_inode(std::string_view kind);
bool fixed_in_every_kernel(std::string_view kind);

// Whether Linux numbers namespaces so. Other kernels that look like it (gVisor) make up numbers of their own,
// from which nothing follows.
bool numbered_by_linux(std::uint64_t inode);

// true, false, or nothing when neither the number nor a comparison decides. `known`: the inode of the initial
// namespace of this kind where a task was seen that lives in it.
std::optional<bool> is_initial_ns(std::string_view kind, std::uint64_t inode,
                                  std::optional<std::uint64_t> known);

} // namespace sbx
