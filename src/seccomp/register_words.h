// Which word of struct seccomp_data does a register hold, and which architectures are left, at an instruction
// of a filter? So much of it as a reader needs: words that were loaded as they are, and tests of arch.
#pragma once

#include "rules/syscall_abi.h"
#include "seccomp/evaluate.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace sbx {

struct RegisterWords {
  using Word = std::optional<DataWord>; // nothing: something else, or what it is depends on the way here
  Word a, x;
  std::array<Word, 16> memory;
  std::uint32_t archs = 0; // bit i: that of abis[i]; the bit behind the last: any other
  bool only(std::size_t abi) const { return archs == std::uint32_t{1} << abi; }
  bool may_be(std::size_t abi) const { return (archs >> abi & 1) != 0; }
};

// For each instruction; nothing where none leads to it.
std::vector<std::optional<RegisterWords>> register_words(const SeccompProgram& program,
                                                         const std::vector<SyscallAbi>& abis);

} // namespace sbx
