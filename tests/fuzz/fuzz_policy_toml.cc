// Any bytes as TOML, and as a file of landlockconfig.
#include "policy/document.h"
#include "policy/landlock_config.h"
#include "policy/policy_kind.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = sbx::parse_toml_document(text, "f");
  if (!document && document.error().text.find('\n') != std::string::npos)
    __builtin_trap();
  if (document && document->kind != sbx::NodeKind::map)
    __builtin_trap();
  (void)sbx::policy_kind_of({"f", text});
  const auto policy = sbx::parse_landlock_config({"f", text});
  if (policy)
    for (const auto& wish : policy->landlock->paths)
      if (!wish.value.path.starts_with('/') || wish.value.path.size() > 4096)
        __builtin_trap();
  return 0;
}
