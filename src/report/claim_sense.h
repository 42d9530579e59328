// Which claims say how much is withheld, and which say nothing that two runs share?
#pragma once

#include <optional>
#include <string_view>

namespace sbx {

// What more of a claim means: a longer list, a larger number, a flag that is set.
enum class Sense {
  withholds, // stronger
  grants,    // weaker
  neither,
};

// `pointer` below the claims of the layer, as in RFC 6901. Nothing: it is other in any two runs (threads,
// counts, inodes of namespaces), or another claim says it, too.
std::optional<Sense> claim_sense(std::string_view layer, std::string_view pointer);

} // namespace sbx
