#include "rules/syscall_newer.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

struct Newer {
  std::uint32_t number; // since 424 the same everywhere; of x32 without its bit
  std::string_view name;
  bool only_x86_64; // and its x32
};

// libseccomp 2.5.4 ends with 456, and lacks map_shadow_stack of x32.
constexpr std::array newer{
    Newer{335, "uretprobe", true},
    Newer{336, "uprobe", true},
    Newer{453, "map_shadow_stack", false},
    Newer{457, "statmount", false},
    Newer{458, "listmount", false},
    Newer{459, "lsm_get_self_attr", false},
    Newer{460, "lsm_set_self_attr", false},
    Newer{461, "lsm_list_modules", false},
    Newer{462, "mseal", false},
    Newer{463, "setxattrat", false},
    Newer{464, "getxattrat", false},
    Newer{465, "listxattrat", false},
    Newer{466, "removexattrat", false},
    Newer{467, "open_tree_attr", false},
    Newer{468, "file_getattr", false},
    Newer{469, "file_setattr", false},
    Newer{470, "listns", false},
    Newer{471, "rseq_slice_yield", false},
    Newer{472, "fchroot", false},
};

} // namespace

std::string_view newer_syscall_name(SyscallAbi abi, std::uint32_t number) {
  const bool x86_64 = abi == SyscallAbi::x86_64 || abi == SyscallAbi::x32;
  const std::uint32_t x32_bit = abi == SyscallAbi::x32 ? 0x40000000 : 0;
  const auto* const found = std::ranges::find(newer, number ^ x32_bit, &Newer::number);
  return found != newer.end() && (x86_64 || !found->only_x86_64) ? found->name : std::string_view();
}

} // namespace sbx
