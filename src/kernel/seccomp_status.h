// What does /proc say of the seccomp mode of a thread? Asked before it is stopped, for then it may not have
// to be, and afterwards, to see whether it changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

struct SeccompStatus {
  std::uint32_t mode = 0;             // proc_pid_status(5), Seccomp
  std::optional<std::uint32_t> count; // Seccomp_filters; since 5.9
  std::int32_t tracer = 0;            // TracerPid
  bool exited = false;
  std::uint64_t start_boottime = 0; // ns; as exactly as clock ticks are
  bool operator==(const SeccompStatus&) const = default;
};

// Nothing: the text of status lacks what is needed.
std::optional<SeccompStatus> seccomp_status(std::string_view status, std::string_view stat,
                                            long ticks_per_second);

} // namespace sbx
