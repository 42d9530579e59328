// Which shapes does our JSON have? The published schemas, as this build knows them.
#pragma once

#include <span>
#include <string_view>

namespace sbx {

struct Schema {
  std::string_view name; // "report"
  std::string_view text; // schemas/report.v1.schema.json, byte for byte
};

std::span<const Schema> schemas();

} // namespace sbx
