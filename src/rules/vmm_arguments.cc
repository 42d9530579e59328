#include "rules/vmm_arguments.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

constexpr std::size_t most = 64, longest = 4096;

struct Option {
  std::string_view option, kind;
  std::string_view holds; // only where the value begins with this
  std::string_view keys;  // which of its key=value parts are told; empty: its first part
};

// QEMU: qemu-options.hx. Cloud Hypervisor and Firecracker: their --help. crosvm: run --shared-dir.
constexpr std::array options{
    Option{"-virtfs", "directory", "", "path"},
    Option{"-fsdev", "directory", "", "path"},
    Option{"-netdev", "network", "", ""},
    Option{"-nic", "network", "", ""},
    Option{"-device", "vsock", "vhost-vsock", ""},
    Option{"-device", "vsock", "vhost-user-vsock", ""},
    Option{"-device", "vfio", "vfio-", ""},
    Option{"-device", "directory", "vhost-user-fs", "tag"},
    Option{"-sandbox", "confinement", "", ""},
    Option{"--fs", "directory", "", "tag socket"},
    Option{"--vsock", "vsock", "", "socket"},
    Option{"--device", "vfio", "path=", "path"},
    Option{"--seccomp", "confinement", "", ""},
    Option{"--landlock", "confinement", "", "-"},
    Option{"--no-seccomp", "confinement", "", "-"},
    Option{"--shared-dir", "directory", "", ":"},
    Option{"--disable-sandbox", "confinement", "", "-"},
};

std::string first_part(std::string_view value, char end) {
  return std::string(value.substr(0, std::min(value.find(end), longest)));
}

// "tag=a socket=/b" of "tag=a,socket=/b,secret=c".
std::string told_parts(std::string_view value, std::string_view keys) {
  std::string told;
  for (std::size_t at = 0; at <= value.size() && told.size() < longest;) {
    const std::size_t end = std::min(value.find(',', at), value.size());
    const std::string_view part = value.substr(at, end - at), key = part.substr(0, part.find('='));
    const std::size_t known = key.empty() || key.size() == part.size() ? keys.npos : keys.find(key);
    const bool whole = known != keys.npos && (known == 0 || keys[known - 1] == ' ') &&
                       (known + key.size() == keys.size() || keys[known + key.size()] == ' ');
    if (whole)
      told += (told.empty() ? "" : " ") + std::string(part.substr(0, longest));
    at = end + 1;
  }
  return told;
}

std::string told_value(const Option& row, std::string_view value) {
  if (row.keys == "-")
    return {};
  if (row.keys == ":")
    return first_part(value, ':');
  return row.keys.empty() ? first_part(value, ',') : told_parts(value, row.keys);
}

} // namespace

std::vector<VmmArgument> vmm_arguments(const std::vector<std::string>& argv) {
  std::vector<VmmArgument> found;
  for (std::size_t i = 1; i < argv.size(); ++i)
    for (const Option& row : options) {
      const std::string_view word = argv[i];
      const bool joined = word.starts_with(row.option) && word.size() > row.option.size() &&
                          word[row.option.size()] == '='; // --fs=tag=a
      const bool doubled = word.size() == row.option.size() + 1 && word.starts_with("--") &&
                           word.substr(1) == row.option; // QEMU takes both
      if (word != row.option && !joined && !doubled)
        continue;
      const std::string_view value = joined                ? word.substr(row.option.size() + 1)
                                     : row.keys == "-"     ? std::string_view()
                                     : i + 1 < argv.size() ? std::string_view(argv[i + 1])
                                                           : std::string_view();
      if (!value.starts_with(row.holds))
        continue;
      if (found.size() == most)
        return found;
      found.push_back({row.kind, std::string(row.option), told_value(row, value)});
    }
  return found;
}

} // namespace sbx
