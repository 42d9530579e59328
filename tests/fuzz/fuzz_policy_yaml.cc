// Any bytes as YAML, and as an OpenShell policy with all that OpenShell adds.
#include "policy/document.h"
#include "policy/openshell_policy.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = sbx::parse_yaml_document(text, "f");
  if (!document && document.error().text.find('\n') != std::string::npos)
    __builtin_trap();
  sbx::Enrichment all;
  all.baseline = all.gpu = all.toplevel = true;
  all.workdir = "/workspace";
  const auto policy = sbx::parse_openshell_policy({"f", text}, all);
  if (policy && !document)
    __builtin_trap();
  if (policy)
    for (const auto& wish : policy->landlock->paths)
      if (!wish.value.path.starts_with('/') || (wish.value.access & ~wish.value.may) != 0)
        __builtin_trap();
  return 0;
}
