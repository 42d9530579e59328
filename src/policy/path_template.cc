#include "policy/path_template.h"

#include "core/escape.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

tl::unexpected<Error> wrong(std::string text) { return error(ErrorKind::usage, std::move(text)); }

} // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Result<std::vector<std::string>> expand_template(std::string_view text, const TemplateVariables& variables,
                                                 const TemplateBounds& bounds) {
  std::vector<std::string> paths{""};
  const auto append = [&](std::string_view part) {
    for (std::string& path : paths)
      path += part;
  };
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    append(text.substr(0, dollar));
    text.remove_prefix(dollar);
    if (text.starts_with("${")) {
      const std::size_t end = text.find('}');
      if (end == text.npos)
        return wrong("a variable that never ends: '}' is missing");
      const std::string_view name = text.substr(2, end - 2);
      if (!is_variable_name(name))
        return wrong(fmt::format("'{}' names no variable", escaped(name, 80)));
      const auto values = variables.find(name);
      if (values == variables.end())
        return wrong(fmt::format("no variable is called '{}'", name.substr(0, 80)));
      std::vector<std::string> longer;
      if (paths.size() * values->second.size() > bounds.paths)
        return wrong(fmt::format("more than {} paths", bounds.paths));
      for (const std::string& path : paths)
        for (const std::string& value : values->second)
          longer.push_back(path + value);
      paths = std::move(longer);
      text.remove_prefix(end + 1);
    } else if (!text.empty()) {
      append("$");
      text.remove_prefix(text.starts_with("$$") ? 2 : 1);
    }
    if (std::ranges::any_of(paths, [&](const std::string& path) { return path.size() > bounds.bytes; }))
      return wrong(fmt::format("a path of more than {} bytes", bounds.bytes));
  }
  if (paths.size() > bounds.paths)
    return wrong(fmt::format("more than {} paths", bounds.paths));
  return paths;
}

} // namespace sbx
