// Are the requirements met? Three-valued: what could not be seen is neither met nor unmet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Verdict { met, unmet, unknown };

std::string_view verdict_name(Verdict verdict);

// Kleene AND: one unmet is unmet, else one unknown is unknown.
Verdict both(Verdict one, Verdict other);

struct Appraised {
  std::string expression; // as the user wrote it
  std::string layer;      // the id of the layer that decided
  std::string wanted;     // "enforced on every thread, level at least 4"
  std::string observed;   // "level 2: truncate, TCP not handled"
  Verdict verdict;
};

struct Appraisal {
  std::vector<Appraised> requirements; // in the order given
  Verdict verdict;                     // both() over all of them
};

// 0 when all are met or nothing was required, 1 when one is unmet, 4 when one could not be determined.
int exit_status(const std::optional<Appraisal>& appraisal);

} // namespace sbx
