#include "rules/lsm_names.h"

#include <array>
#include <string_view>

namespace sbx {

std::string lsm_name(std::uint64_t id) {
  constexpr std::uint64_t first = 100;
  constexpr std::array<std::string_view, 14> names{
      "capability", "selinux",  "smack", "tomoyo",   "apparmor", "yama", "loadpin",
      "safesetid",  "lockdown", "bpf",   "landlock", "ima",      "evm",  "ipe"};
  if (id >= first && id - first < names.size())
    return std::string(names[id - first]);
  return "lsm_" + std::to_string(id);
}

} // namespace sbx
