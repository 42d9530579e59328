// Where does this kernel keep the domain in a credential? Asked twice: the kernel's own symbol, and a
// measurement on children of ours. Two answers must agree; one is enough; none is a refusal.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_program.h"

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>

namespace sbx {

struct LandlockOffset {
  std::uint32_t bytes;
  std::optional<std::uint32_t> symbol, calibrated; // at least one, and equal to `bytes`
};

// Changes nothing but our own children, which are gone when it returns.
tl::expected<LandlockOffset, Refusal> find_landlock_offset(LandlockProgram& program,
                                                           const landlock_layout& layout, int abi);

} // namespace sbx
