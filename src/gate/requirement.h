// What does the user require? One clause of --require, checked before anything is inspected.
#pragma once

#include "core/error.h"

#include <string>
#include <string_view>

namespace sbx {

enum class Wants {
  enforced,            // the layer, on every thread
  landlock_level,      // enforced on every thread, with every right of the ABIs up to `number`
  landlock_kernel_abi, // what the kernel offers, whatever the target does with it
};

struct Requirement {
  std::string expression; // as the user wrote it
  std::string layer;      // the id of the finding that decides
  Wants wants = Wants::enforced;
  unsigned number = 0; // at least 1 where a number is wanted
};

// clause = layer / levelled (">=" number / "=" number "+"). In names, '-' and '_' are the same. The second
// form is for shells, where an unquoted ">" is a redirection; that is also why a levelled name alone is
// refused instead of meaning "at least something": the accident must not be a weaker gate.
Result<Requirement> parse_requirement(std::string_view clause);

} // namespace sbx
