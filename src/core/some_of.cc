#include "core/some_of.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

std::string some_of(std::vector<std::string> texts, std::size_t most) {
  const std::size_t more = texts.size() - std::min(texts.size(), most);
  texts.resize(texts.size() - more);
  return fmt::format("{}{}", fmt::join(texts, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

} // namespace sbx
