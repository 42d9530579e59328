#include "rules/syscall_argument.h"

#include "rules/argument_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/core.h>
#include <optional>

namespace sbx {

namespace {

constexpr unsigned in(SyscallAbi abi) { return 1u << static_cast<unsigned>(abi); }

constexpr unsigned in_x86_64 = in(SyscallAbi::x86_64), in_x32 = in(SyscallAbi::x32),
                   in_i386 = in(SyscallAbi::i386), in_aarch64 = in(SyscallAbi::aarch64),
                   in_arm = in(SyscallAbi::arm);
constexpr unsigned all = in_x86_64 | in_x32 | in_i386 | in_aarch64 | in_arm;

struct Signature {
  std::string_view syscall;
  unsigned abis;
  std::string_view arguments; // "fd/32 buf count"
};

constexpr std::array signatures{std::to_array<Signature>({
#include "rules/syscall_argument_list.inc"
})};
static_assert(std::ranges::is_sorted(signatures, {}, &Signature::syscall));

unsigned register_bits(SyscallAbi abi) { return abi == SyscallAbi::i386 || abi == SyscallAbi::arm ? 32 : 64; }

const Signature* signature(SyscallAbi abi, std::string_view syscall) {
  const auto* row = std::ranges::lower_bound(signatures, syscall, {}, &Signature::syscall);
  for (; row != signatures.end() && row->syscall == syscall; ++row)
    if (row->abis & in(abi))
      return row;
  return nullptr;
}

std::optional<std::string_view> word(std::string_view words, unsigned index) {
  for (;;) {
    const std::string_view first = words.substr(0, words.find(' '));
    if (first.empty())
      return std::nullopt;
    if (index-- == 0)
      return first;
    words.remove_prefix(std::min(words.size(), first.size() + 1));
  }
}

std::string_view made_up_name(unsigned argument) {
  constexpr std::array<std::string_view, 6> names{"arg0", "arg1", "arg2", "arg3", "arg4", "arg5"};
  return argument < names.size() ? names[argument] : "arg";
}

} // namespace

SyscallArgument syscall_argument(SyscallAbi abi, std::string_view syscall, unsigned argument) {
  SyscallArgument result{made_up_name(argument), register_bits(abi)};
  const Signature* const row = signature(abi, syscall);
  const auto found = row ? word(row->arguments, argument) : std::nullopt;
  if (!found) {
    result.unread = row != nullptr;
    return result;
  }
  result.name = found->substr(0, found->find('/'));
  if (unsigned bits = 0; result.name.size() < found->size()) {
    std::from_chars(found->data() + result.name.size() + 1, found->data() + found->size(), bits);
    result.bits = std::min(result.bits, bits);
  }
  if (const ArgumentValues* const values = argument_values(abi, syscall, result.name))
    result.values = values->flags.empty() ? SyscallArgument::Values::one_of : SyscallArgument::Values::flags;
  return result;
}

std::string argument_value(SyscallAbi abi, std::string_view syscall, unsigned argument, std::uint64_t value,
                           const KnownArguments& others) {
  const SyscallArgument about = syscall_argument(abi, syscall, argument);
  if (about.bits < 64 && value >> about.bits != 0)
    return fmt::format("{:#x}", value);
  const ArgumentValues* const values =
      about.unread ? nullptr : argument_values(abi, syscall, about.name, others);
  return values ? print_values(*values, value, about.bits) : print_number(value, about.bits);
}

} // namespace sbx
