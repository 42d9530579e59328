// What was decided about one requirement, and what was seen of it.
#pragma once

#include "gate/appraisal.h"

#include <string>

namespace sbx {

struct Judged {
  Verdict verdict;
  std::string observed;
};

} // namespace sbx
