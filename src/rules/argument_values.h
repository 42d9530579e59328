// Which names have the values of an argument, and how is a value written with them? The tables are in
// *_values.cc, one for each field of the kernel.
#pragma once

#include "rules/syscall_argument.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sbx {

struct NamedValue {
  std::uint64_t value;
  std::string_view name; // as in the uapi header
};

struct ArgumentValues {
  std::uint64_t value_bits = 0; // those that hold one of `values`; the others are flags
  std::span<const NamedValue> values;
  std::span<const NamedValue> flags; // several bits before the single ones that they hold
  enum class Form { plain, value_last, octal_rest } form = Form::plain;
};

// nullptr: their values have no names. `argument` as syscall_argument() names it.
const ArgumentValues* argument_values(SyscallAbi abi, std::string_view syscall, std::string_view argument,
                                      const KnownArguments& others = {});

// `bits` wide: a small negative number is written as such.
std::string print_values(const ArgumentValues& values, std::uint64_t value, unsigned bits);
std::string print_number(std::uint64_t value, unsigned bits);

} // namespace sbx
