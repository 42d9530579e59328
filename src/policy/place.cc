#include "policy/place.h"

#include "core/escape.h"

#include <fmt/core.h>

namespace sbx {

std::string place_words(const Place& place) {
  const std::string file = escaped(place.file, 200);
  if (place.mark.line == 0)
    return file;
  return place.mark.column == 0 ? fmt::format("{}:{}", file, place.mark.line)
                                : fmt::format("{}:{}:{}", file, place.mark.line, place.mark.column);
}

tl::unexpected<Error> error_at(const Place& place, std::string_view what) {
  return error(ErrorKind::usage, fmt::format("{}: {}", place_words(place), what));
}

} // namespace sbx
