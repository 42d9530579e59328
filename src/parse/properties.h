// What do the adapters' lists of "key value" lines say? The value is escaped text, or !ERRNO for a refusal:
//
//   pid 4242
//   exe !EACCES
#pragma once

#include "parse/malformed.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Property {
  std::string key;
  tl::expected<std::string, int> value; // raw bytes, or an errno
};

using Properties = std::vector<Property>; // in the order written; a key may come more than once

Parsed<Properties> parse_properties(std::string_view text);

// The first of that name, or nothing.
const Property* find_property(const Properties& properties, std::string_view key);

} // namespace sbx
