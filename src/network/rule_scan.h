// What do the rules decide by, and do any refuse, whoever sends? Read from the rules themselves, not
// followed.
#pragma once

#include "network/hooks.h"

#include <string>
#include <vector>

namespace sbx {

struct RuleScan {
  std::vector<std::string> uid_rules;
  bool filters = false;
};

RuleScan scan_rules(const std::vector<BaseChain>& bases); // and the chains that these lead to

} // namespace sbx
