#include "files/propagation.h"

#include "parse/line.h"

#include <string_view>

namespace sbx {

Propagation propagation_of(const Mount& mount) {
  Propagation found;
  for (const std::string& tag : mount.tags) {
    const std::size_t colon = tag.find(':');
    const std::string_view name = std::string_view(tag).substr(0, colon);
    const auto group =
        colon == tag.npos ? std::nullopt : number<std::uint64_t>(std::string_view(tag).substr(colon + 1));
    if (name == "shared")
      found.shared = group;
    else if (name == "master")
      found.master = group;
    else if (name == "unbindable")
      found.unbindable = true;
  }
  return found;
}

std::string propagation_words(const Propagation& propagation) {
  if (propagation.shared)
    return propagation.master ? "shared, slave" : "shared";
  if (propagation.master)
    return "slave";
  return propagation.unbindable ? "unbindable" : "private";
}

} // namespace sbx
