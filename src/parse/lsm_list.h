// Which LSMs are active, in which order? /sys/kernel/security/lsm, and lsm_list_modules(2) written as
// numbers.
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

Parsed<std::vector<std::string>> parse_lsm_list(std::string_view text);  // "lockdown,capability,landlock"
Parsed<std::vector<std::uint64_t>> parse_lsm_ids(std::string_view text); // "108,100,110", LSM_ID_* of lsm.h

// /sys/kernel/security/lockdown: "none [integrity] confidentiality" -> "integrity"
Parsed<std::string> parse_lockdown(std::string_view text);

} // namespace sbx
