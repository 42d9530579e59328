// The tables of argument_values.h: to which arguments does a set of values belong?
#pragma once

#include "rules/argument_values.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sbx {

// Sets of ABIs: bits by their place in SyscallAbi.
constexpr unsigned in_x86 = 0b00111, in_arm = 0b11000, in_all = 0b11111; // in_arm: aarch64 too
constexpr unsigned in_i386_and_arm = 0b10100, in_aarch64_only = 0b01000;

struct ValueRow {
  unsigned abis;
  std::string_view syscalls;  // "open openat"
  std::string_view arguments; // "flags": as syscall_argument_list.inc has them
  ArgumentValues values;
  // Only where another argument has a value: socket's protocols depend on its family.
  struct When {
    unsigned argument;
    std::uint32_t value;
  };
  std::optional<When> when = std::nullopt;
};

std::span<const ValueRow> descriptor_values(); // files that are open
std::span<const ValueRow> device_values();     // ioctl
std::span<const ValueRow> file_values();       // paths
std::span<const ValueRow> ipc_values();
std::span<const ValueRow> memory_values();
std::span<const ValueRow> mount_values();
std::span<const ValueRow> prctl_values();
std::span<const ValueRow> process_values();
std::span<const ValueRow> ptrace_values();
std::span<const ValueRow> signal_values();
std::span<const ValueRow> socket_values();
std::span<const ValueRow> system_values();

} // namespace sbx
