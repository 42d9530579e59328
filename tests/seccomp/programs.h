// How is a small filter written down in a test? One word for each instruction of classic BPF.
#pragma once

#include "seccomp/evaluate.h"
#include "seccomp/program_bytes.h"

#include <cstdint>
#include <fmt/format.h>
#include <string>

namespace sbx::bpf {

constexpr std::uint32_t number = 0, arch = 4; // offsets in struct seccomp_data
constexpr std::uint32_t low(unsigned argument) { return 16 + 8 * argument; }
constexpr std::uint32_t high(unsigned argument) { return 20 + 8 * argument; }

inline SeccompInstruction load(std::uint32_t offset) { return {0x20, 0, 0, offset}; }
inline SeccompInstruction keep(std::uint32_t mask) { return {0x54, 0, 0, mask}; } // A &= mask
inline SeccompInstruction add(std::uint32_t value) { return {0x04, 0, 0, value}; }
inline SeccompInstruction equal(std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return {0x15, yes, no, value};
}
inline SeccompInstruction greater(std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return {0x25, yes, no, value};
}
inline SeccompInstruction at_least(std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return {0x35, yes, no, value};
}
inline SeccompInstruction any_bit(std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return {0x45, yes, no, value};
}
inline SeccompInstruction give(std::uint32_t answer) { return {0x06, 0, 0, answer}; }

constexpr std::uint32_t allow = 0x7fff0000, log = 0x7ffc0000, notify = 0x7fc00000, kill_thread = 0,
                        kill_process = 0x80000000;
constexpr std::uint32_t fails(std::uint16_t error) { return 0x00050000U | error; }
constexpr std::uint32_t trace(std::uint16_t data) { return 0x7ff00000U | data; }

constexpr std::uint32_t x86_64 = 0xc000003e, i386 = 0x40000003; // AUDIT_ARCH_*

// Refuses one system call of x86_64, wherever it comes from.
inline SeccompProgram refuses_number(std::uint32_t call, std::uint32_t answer = fails(1)) {
  return {load(number), equal(call, 0, 1), give(answer), give(allow)};
}

// The lines of target/seccomp for filter `which`, which stands on filter `before`; `bitmaps`: "native=...
// compat=...".
inline std::string lines(int which, int before, const SeccompProgram& program,
                         const std::string& bitmaps = "native=- compat=-", bool listened = false) {
  std::string hex;
  for (const char byte : program_bytes(program))
    hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return fmt::format("filter {} prev={} len={} log=0 notify={} wait_killable=0 {}\nprogram {} {}\n", which,
                     before, program.size(), listened ? 1 : 0, bitmaps, which, hex);
}

} // namespace sbx::bpf
