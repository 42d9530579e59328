#include "seccomp/strict_mode.h"

#include <string_view>

namespace sbx {

namespace {

constexpr std::uint16_t load_word = 0x20, jump_if_equal = 0x15,
                        answer = 0x06;                       // BPF_LD|W|ABS, JMP|JEQ|K, RET|K
constexpr std::uint32_t number_at = 0, arch_at = 4;          // struct seccomp_data
constexpr std::uint32_t allow = 0x7fff0000, kill_thread = 0; // SECCOMP_RET_*

} // namespace

SeccompProgram strict_mode_program(const std::vector<SyscallAbi>& abis) {
  SeccompProgram program;
  for (const SyscallAbi abi : abis) {
    if (abi == SyscallAbi::x32) // its numbers are in no list of the kernel's
      continue;
    // 32-bit programs return from signals in the old way.
    const bool narrow = abi == SyscallAbi::i386 || abi == SyscallAbi::arm;
    std::vector<std::string_view> names{"read", "write", "exit", narrow ? "sigreturn" : "rt_sigreturn"};
    // Since 6.14 and 6.18 the kernel lets these through, which it makes for itself. No bitmap says whether
    // this one does; where it does not they end in death, and what is refused must not be said of what is
    // not.
    if (abi == SyscallAbi::x86_64)
      names.insert(names.end(), {"uretprobe", "uprobe"});
    SeccompProgram block;
    for (const std::string_view name : names)
      if (const auto number = syscall_number(abi, name)) {
        block.push_back({jump_if_equal, 0, 1, *number});
        block.push_back({answer, 0, 0, allow});
      }
    program.push_back({load_word, 0, 0, arch_at});
    program.push_back({jump_if_equal, 0, static_cast<std::uint8_t>(block.size() + 2), audit_arch(abi)});
    program.push_back({load_word, 0, 0, number_at});
    program.insert(program.end(), block.begin(), block.end());
    program.push_back({answer, 0, 0, kill_thread});
  }
  program.push_back({answer, 0, 0, kill_thread});
  return program;
}

} // namespace sbx
