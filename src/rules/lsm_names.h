// What is an LSM called whose id lsm_list_modules(2) gives? include/uapi/linux/lsm.h, LSM_ID_* (7.3).
#pragma once

#include <cstdint>
#include <string>

namespace sbx {

std::string lsm_name(std::uint64_t id); // an id without a name here: "lsm_115"

} // namespace sbx
