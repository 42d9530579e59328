#include "parse/properties.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

Parsed<Properties> parse_properties(std::string_view text) {
  Properties properties;
  std::string problem;
  each_line(text, [&](std::string_view line) {
    const std::size_t space = line.find(' ');
    Property property;
    property.key = line.substr(0, space);
    const std::string_view value = space == std::string_view::npos ? "" : line.substr(space + 1);
    std::string bytes;
    if (property.key.empty()) {
      problem = "a line without a key: " + escaped(line, 80);
    } else if (value.starts_with('!')) {
      if (const auto error = errno_from_name(value.substr(1)))
        property.value = tl::unexpected<int>(*error);
      else
        problem = "not an errno: " + escaped(line, 80);
    } else if (unescape(value, bytes)) {
      property.value = std::move(bytes);
    } else {
      problem = "not escaped: " + escaped(line, 80);
    }
    properties.push_back(std::move(property));
    return problem.empty();
  });
  if (problem.empty() && cut_off(text))
    problem = "the last line is cut off";
  if (!problem.empty())
    return malformed(std::move(problem));
  return properties;
}

const Property* find_property(const Properties& properties, std::string_view key) {
  for (const Property& property : properties)
    if (property.key == key)
      return &property;
  return nullptr;
}

} // namespace sbx
