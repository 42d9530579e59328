// Any bytes as JSON, and as a file of landlockconfig; no text of a document is longer than the file.
#include "policy/document.h"
#include "policy/landlock_config.h"

#include <cstddef>
#include <cstdint>

namespace {

void walk(const sbx::Node& node, std::size_t size) {
  if (node.text.size() > size || node.mark.line == 0 || node.mark.column == 0)
    __builtin_trap();
  for (const sbx::Node& each : node.list)
    walk(each, size);
  for (const sbx::Member& each : node.map)
    walk(each.value, size);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = sbx::parse_json_document(text, "f");
  if (document)
    walk(*document, size);
  else if (document.error().text.find('\n') != std::string::npos)
    __builtin_trap();
  const auto policy = sbx::parse_landlock_config({"f", text});
  if (policy)
    for (const auto& wish : policy->landlock->paths)
      if (!wish.value.path.starts_with('/') || (wish.value.access & ~wish.value.may) != 0)
        __builtin_trap();
  return 0;
}
