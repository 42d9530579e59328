// Which calls do filters let through that a profile does not, and the other way?
#pragma once

#include "seccomp/policy_difference.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sbx {

struct SeccompOpenings {
  // Names, "x32: NAME" of the other ways into the kernel, "every call of i386". A call may be in both of the
  // first two, for other arguments; one that is only refused in another way is in none.
  std::vector<std::string> more, less, unsure;
  bool sure = true; // everything could be compared
  std::size_t size() const { return more.size() + less.size() + unsure.size(); }
};

SeccompOpenings seccomp_openings(const EffectiveTable& table, const SeccompPolicy& policy);

} // namespace sbx
