// Are the requirements met? Three-valued: what could not be seen is neither met nor unmet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Verdict { met, unmet, unknown };

std::string_view verdict_name(Verdict verdict);

struct Appraised {
  std::string expression; // as the user wrote it
  std::string layer;      // the id of the layer that decided
  std::string wanted;     // "enforced on every thread, level at least 4"
  std::string observed;   // "level 2: truncate, TCP not handled"
  Verdict verdict;
};

struct Appraisal {
  std::vector<Appraised> requirements; // in the order given
  Verdict verdict;                     // Kleene AND: one unmet is unmet, else one unknown is unknown
};

} // namespace sbx
