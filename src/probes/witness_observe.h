// How does a source with its parser become an observation? For the files of the Witness alone.
#pragma once

#include "probes/witness.h"

namespace sbx {

template <class T, class Parse> Observation<T> Witness::observe(Source source, Parse&& parse) {
  const Reading& reading = read(source);
  if (!reading)
    return gap(source, reading.error());
  auto parsed = parse(std::string_view(*reading));
  if (!parsed)
    return Gap{GapKind::malformed, std::string(source.name), parsed.error().what};
  return Seen<T>(T(std::move(*parsed)), source);
}

} // namespace sbx
