// Does a seccomp filter on this process refuse a call? Told by calls that make no sense: the kernel says so
// before it looks at any permission, and a filter says what it says of all of them.
#pragma once

#include "doctor/scene.h"

#include <string_view>

namespace sbx {

enum class FilterSight {
  none,    // no filter is on this process
  passes,  // the kernel itself answered: a filter that refuses the real call looks closer than at its flags
  refuses, // something in front of the kernel answered
  unclear, // the kernel may answer so itself, or it was not tried
};

// `experiment`: the id of one of the trials that end with ".bad".
FilterSight filter_sight(const DoctorScene& scene, std::string_view experiment);

} // namespace sbx
