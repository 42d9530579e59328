// What do the attempts of self/seccomp come to where no filter is asked? One row for each.
#pragma once

#include <string_view>

namespace sbx {

// Only something in front of the kernel, a filter, answers so: `error` is 0 where the call claims to have
// succeeded. Of an attempt that is not known here: no. ENOSYS proves nothing, for kernels leave calls out.
bool proves_refusal(std::string_view attempt, int error);

} // namespace sbx
