// Which shape does a JSON report have? The published schema, as this build knows it.
#pragma once

#include <string_view>

namespace sbx {

std::string_view report_schema(); // schemas/report.v1.schema.json, byte for byte

} // namespace sbx
