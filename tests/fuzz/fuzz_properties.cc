#include "parse/properties.h"

#include "kernel/property_text.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto properties = parse_properties(text);
  if (!properties)
    return 0;
  // What was read can be written, and reads the same.
  for (const Property& property : *properties) {
    if (property.value && property.value->size() > 4096)
      continue; // the writer cuts it
    const auto again = parse_properties(property_line(
        property.key, property.value ? Reading(*property.value) : refused(property.value.error())));
    if (!again || again->size() != 1 || again->front().key != property.key ||
        again->front().value != property.value)
      std::abort();
  }
  return 0;
}
