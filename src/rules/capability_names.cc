#include "rules/capability_names.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <sys/capability.h> // libcap: names only

namespace sbx {

std::vector<std::string> capability_names(std::uint64_t mask) {
  std::vector<std::string> names;
  for (unsigned bit = 0; bit < 64; ++bit) {
    if ((mask >> bit & 1) == 0)
      continue;
    const std::unique_ptr<char, int (*)(void*)> known(cap_to_name(static_cast<cap_value_t>(bit)), cap_free);
    const std::string name = known ? known.get() : "";
    names.push_back(name.starts_with("cap_") ? name.substr(4) : "cap_" + std::to_string(bit));
  }
  return names;
}

std::uint64_t capability_bit(std::string_view name) {
  static const std::vector<std::string> names = capability_names(all_capabilities(last_named_capability));
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!lower.starts_with("cap_"))
    return 0;
  const auto found = std::ranges::find(names, lower.substr(4));
  return found == names.end() ? 0 : std::uint64_t{1} << (found - names.begin());
}

std::uint64_t all_capabilities(unsigned last) { return last >= 63 ? ~0ULL : (1ULL << (last + 1)) - 1; }

} // namespace sbx
