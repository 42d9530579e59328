// Where does this kernel keep the domain in a credential? The kernel's own symbol is asked, and children of
// ours are measured.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_offset.h"
#include "kernel/landlock_program.h"

#include <tl/expected.hpp>

namespace sbx {

// Changes nothing but our own children, which are gone when it returns.
tl::expected<LandlockOffset, Refusal> find_landlock_offset(LandlockProgram& program,
                                                           const landlock_layout& layout, int abi);

} // namespace sbx
