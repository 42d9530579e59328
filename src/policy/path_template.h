// Which paths does "${home}/.cache" stand for? The templates of landlockconfig: each variable has several
// values, and every combination is a path.
#pragma once

#include "core/error.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

using TemplateVariables = std::map<std::string, std::set<std::string>, std::less<>>;

struct TemplateBounds {
  std::size_t paths = 0, bytes = 0; // at most so many, each at most so long
};

bool is_variable_name(std::string_view name);

// "$$" is a dollar. In order; none where a variable has no value. The error says what, not where.
Result<std::vector<std::string>> expand_template(std::string_view text, const TemplateVariables& variables,
                                                 const TemplateBounds& bounds);

} // namespace sbx
