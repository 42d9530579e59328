#include "probes/syscall_abis.h"

#include <cerrno>

namespace sbx {

std::optional<bool> offers(Witness& witness, SyscallAbi abi) {
  if (abi == SyscallAbi::x86_64 || abi == SyscallAbi::aarch64)
    return true;
  return witness.properties(source::host_syscall_abis)
      .match(
          [&](const Seen<Properties>& seen) -> std::optional<bool> {
            const Property* answer = find_property(seen.value(), abi_name(abi));
            if (!answer)
              return std::nullopt;
            if (answer->value && *answer->value == "yes")
              return true;
            const bool none = answer->value
                                  ? *answer->value == "killed"
                                  : answer->value.error() == ENOSYS || answer->value.error() == EINVAL;
            return none && !witness.filtered() ? std::optional(false) : std::nullopt;
          },
          [](const Gap&) { return std::optional<bool>(); });
}

} // namespace sbx
