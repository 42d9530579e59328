#include "parse/line.h"

namespace sbx {

namespace {
constexpr std::string_view blanks = " \t";
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  while (true) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
      return found;
    line.remove_prefix(begin);
    const std::size_t end = line.find_first_of(blanks);
    found.push_back(line.substr(0, end));
    if (end == std::string_view::npos)
      return found;
    line.remove_prefix(end);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

} // namespace sbx
