// What is the third argument of this system call called, how much of it does the kernel read, and what do its
// values mean? From the kernel's own SYSCALL_DEFINE lines (names, C types) and its uapi headers (values).
#pragma once

#include "rules/syscall_abi.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

struct SyscallArgument {
  std::string_view name; // "family"
  // Of the caller's 64 that the kernel reads: 32 for an int, 16 for a umode_t. Of a long in which only the
  // lower half has a meaning (flags of clone), 32 too.
  unsigned bits = 64;
  enum class Values {
    number, // nothing is known of them: printed as a number
    one_of, // one name for each value: AF_VSOCK
    flags,  // a set of bits, each with a name, perhaps with one of some values beside them: CLONE_NEWUSER
  } values = Values::number;
  bool unread = false; // the call is known and has fewer arguments: "arg5", 64 bits, and no kernel looks
};

// `argument` from 0. Nothing is known of it: named "arg0", 64 bits, or 32 of i386 and arm, where none has
// more.
SyscallArgument syscall_argument(SyscallAbi abi, std::string_view syscall, unsigned argument);

// What is known of a call's arguments, by their index.
using KnownArguments = std::array<std::optional<std::uint64_t>, 6>;

// "AF_VSOCK"; of flags, every bit that is set: "CLONE_NEWUSER|CLONE_FS", rest in hex. Values without a name
// as a number: to 65535 decimal, above in hex, -1 to -4095 as such. So is a value that has bits which the
// kernel does not read: no name says what a filter that asks for those bits wants. Some have a name only
// where another argument is known: the protocol of a socket with its family, arg2 of prctl with its option.
std::string argument_value(SyscallAbi abi, std::string_view syscall, unsigned argument, std::uint64_t value,
                           const KnownArguments& others = {});

} // namespace sbx
