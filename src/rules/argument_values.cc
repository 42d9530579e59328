#include "rules/argument_values.h"

#include "rules/value_rows.h"

#include <algorithm>
#include <fmt/core.h>
#include <tuple>
#include <vector>

namespace sbx {

namespace {

struct Entry {
  std::string_view syscall, argument;
  const ValueRow* row;
};

auto key(const Entry& entry) { return std::tie(entry.syscall, entry.argument); }

template <class Use> void for_each_word(std::string_view words, Use use) {
  while (!words.empty()) {
    const std::string_view first = words.substr(0, words.find(' '));
    use(first);
    words.remove_prefix(std::min(words.size(), first.size() + 1));
  }
}

std::vector<Entry> make_index() {
  std::vector<Entry> index;
  for (const auto rows :
       {descriptor_values(), device_values(), file_values(), ipc_values(), memory_values(), mount_values(),
        prctl_values(), process_values(), ptrace_values(), signal_values(), socket_values(), system_values()})
    for (const ValueRow& row : rows)
      for_each_word(row.syscalls, [&](std::string_view syscall) {
        for_each_word(row.arguments, [&](std::string_view argument) {
          index.push_back({syscall, argument, &row});
        });
      });
  std::ranges::stable_sort(index, {}, key);
  return index;
}

bool applies(const ValueRow& row, SyscallAbi abi, const KnownArguments& others) {
  if (!(row.abis & 1u << static_cast<unsigned>(abi)))
    return false;
  return !row.when || (others.at(row.when->argument) &&
                       static_cast<std::uint32_t>(*others[row.when->argument]) == row.when->value);
}

const NamedValue* find(std::span<const NamedValue> names, std::uint64_t value) {
  const auto found = std::ranges::find(names, value, &NamedValue::value);
  return found == names.end() ? nullptr : &*found;
}

void add(std::string& words, std::string_view word) {
  if (!words.empty())
    words += '|';
  words += word;
}

} // namespace

const ArgumentValues* argument_values(SyscallAbi abi, std::string_view syscall, std::string_view argument,
                                      const KnownArguments& others) {
  static const std::vector<Entry> index = make_index();
  const Entry wanted{syscall, argument, nullptr};
  const auto [first, last] = std::equal_range(index.begin(), index.end(), wanted,
                                              [](const Entry& a, const Entry& b) { return key(a) < key(b); });
  const auto found =
      std::find_if(first, last, [&](const Entry& entry) { return applies(*entry.row, abi, others); });
  return found == last ? nullptr : &found->row->values;
}

std::string print_values(const ArgumentValues& values, std::uint64_t value, unsigned bits) {
  // Some are more than their bits say: AT_FDCWD, PER_SVR4.
  if (const NamedValue* const whole = find(values.values, value))
    return std::string(whole->name);
  if (values.flags.empty())
    return print_number(value, bits);
  std::string flags;
  std::uint64_t rest = value & ~values.value_bits;
  for (const NamedValue& flag : values.flags)
    if ((rest & flag.value) == flag.value) {
      add(flags, flag.name);
      rest &= ~flag.value;
    }
  if (rest != 0)
    add(flags, values.form == ArgumentValues::Form::octal_rest ? fmt::format("{:#o}", rest)
                                                               : fmt::format("{:#x}", rest));
  const std::uint64_t part = value & values.value_bits;
  // Without bits of its own the value is 0, and its name that of no flag at all: PROT_NONE.
  const NamedValue* const name = values.value_bits != 0 ? find(values.values, part) : nullptr;
  std::string words = name ? std::string(name->name) : part != 0 ? print_number(part, 64) : std::string();
  if (values.form == ArgumentValues::Form::value_last)
    std::swap(words, flags);
  if (!flags.empty())
    add(words, flags);
  return words.empty() ? "0" : words;
}

std::string print_number(std::uint64_t value, unsigned bits) {
  const std::uint64_t minus = (bits < 64 ? (std::uint64_t{1} << bits) : 0) - value;
  if (bits >= 32 && minus <= 4095 && minus != 0)
    return fmt::format("-{}", minus);
  return value <= 0xffff ? fmt::format("{}", value) : fmt::format("{:#x}", value);
}

} // namespace sbx
