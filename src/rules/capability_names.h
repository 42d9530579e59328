// What are the capabilities of a mask called? capabilities(7), without the CAP_ prefix, lower case.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// A bit that no name is known for is shown by its number: "cap_41".
std::vector<std::string> capability_names(std::uint64_t mask);

// The other way, of "CAP_SYS_ADMIN", the letters of either case; 0: none is called so.
std::uint64_t capability_bit(std::string_view name);

// All capabilities of a kernel whose /proc/sys/kernel/cap_last_cap is `last`.
std::uint64_t all_capabilities(unsigned last);

// CAP_CHECKPOINT_RESTORE (5.9): the newest that has a name here.
inline constexpr unsigned last_named_capability = 40;

} // namespace sbx
