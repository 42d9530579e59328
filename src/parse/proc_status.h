// What does /proc/PID/status say of one task? proc_pid_status(5); fs/proc/array.c.
#pragma once

#include "parse/malformed.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// An empty field is one that this kernel did not print: a gap, never a zero.
struct ProcStatus {
  std::optional<std::string> name; // as printed: the kernel escapes newline and backslash in it
  std::optional<char> state;       // R S D T t Z X I
  std::optional<std::int64_t> tgid, pid, ppid, tracer_pid;
  std::optional<std::array<std::uint32_t, 4>> uid, gid; // real, effective, saved, file system
  std::optional<std::vector<std::uint32_t>> groups;     // supplementary; an empty line is none at all
  // Its number in each PID namespace, from that of the /proc which was read down to its own; since 4.1.
  std::optional<std::vector<std::int64_t>> nspid;
  std::optional<std::uint64_t> threads;
  std::optional<std::uint64_t> cap_inh, cap_prm, cap_eff, cap_bnd, cap_amb; // masks, capabilities(7)
  std::optional<bool> no_new_privs;                                         // since 4.10
  std::optional<unsigned> seccomp;              // 0 none, 1 strict, 2 filter; others are from the future
  std::optional<std::uint64_t> seccomp_filters; // since 5.9
  std::optional<bool> kthread;                  // since 6.11
};

// A key printed twice or out of the kernel's order, a value that is not what the man page says, or a last
// line without its newline makes the whole malformed.
Parsed<ProcStatus> parse_proc_status(std::string_view text);

} // namespace sbx
