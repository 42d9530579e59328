// Any bytes as a systemd unit and a drop-in.
#include "policy/systemd_unit.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = bytes.find('\f'); // where the drop-in begins
  std::vector<sbx::PolicyFile> files{{"a.service", std::string(bytes.substr(0, cut))}};
  if (cut != std::string_view::npos)
    files.push_back({"a.service.d/b.conf", std::string(bytes.substr(cut + 1))});
  const auto policy = sbx::parse_systemd_unit(files);
  if (!policy) {
    if (policy.error().text.find('\n') != std::string::npos || !policy.error().text.starts_with("a.service"))
      __builtin_trap();
    return 0;
  }
  for (const auto& mount : policy->mounts)
    if (!mount.value.path.starts_with('/') || mount.place.mark.line == 0)
      __builtin_trap();
  return 0;
}
