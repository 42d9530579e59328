#include "rules/syscall_number.h"

#include <cstdint>
#include <seccomp.h>

namespace sbx {

namespace {

std::optional<std::uint32_t> architecture(std::string_view machine) {
  if (machine == "x86_64")
    return SCMP_ARCH_X86_64;
  if (machine == "aarch64")
    return SCMP_ARCH_AARCH64;
  return std::nullopt;
}

} // namespace

std::optional<unsigned> syscall_number(std::string_view machine, const std::string& name) {
  const auto arch = architecture(machine);
  const int number = arch ? seccomp_syscall_resolve_name_arch(*arch, name.c_str()) : __NR_SCMP_ERROR;
  return number >= 0 ? std::optional(static_cast<unsigned>(number))
                     : std::nullopt; // made-up ones are negative
}

bool knows_syscalls_of(std::string_view machine) { return architecture(machine).has_value(); }

} // namespace sbx
