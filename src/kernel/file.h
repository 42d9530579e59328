// How is a file read that may be hostile? Without following links or mounts, bounded, and never waiting for
// it.
#pragma once

#include "core/reading.h"
#include "kernel/fd.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sbx {

inline constexpr std::size_t small_file = 64 * 1024;
inline constexpr std::size_t most_mountinfo = 16 << 20;

// Beneath `dir`, through no symbolic link, magic link or mount point on the way: what is mounted over a file
// of /proc/PID is refused with EXDEV instead of being believed. Flags are those of open(2), O_CLOEXEC is
// added.
tl::expected<Fd, int> open_beneath(int dir, const std::string& path, int flags);

// The whole of the file, or the refusal; EFBIG when it is longer than `limit`.
Reading read_beneath(int dir, const std::string& path, std::size_t limit = small_file);

// A file of our own mount namespace that nobody we inspect can change: /proc/sys, /sys. Links are not
// followed in the last component; mounts are, for container runtimes mount /proc/sys read-only over itself.
Reading read_host_file(const std::string& path, std::size_t limit = small_file);

// As read_host_file(), of a file system that only the kernel fills (statfs(2): SECURITYFS_MAGIC,
// SELINUX_MAGIC): a file of another kind that was mounted there is refused with EXDEV, for verdicts rest on
// these.
Reading read_pseudo_file(const std::string& path, long magic);

// What somebody names on the command line: links are followed, and what writes to a pipe, as a shell's
// <(command), is given ten seconds for each part of it; then ETIMEDOUT.
Reading read_named_file(const std::string& path, std::size_t limit);

// `patience`: milliseconds that a pipe without bytes is waited for; else that is EAGAIN.
Reading read_all(int fd, std::size_t limit, int patience = 0);

// The entries of a directory beneath `dir` that are numbers, sorted; at most one more than `most`, which says
// that there are more.
tl::expected<std::vector<int>, int> list_numbers(int dir, const std::string& path, std::size_t most);

} // namespace sbx
