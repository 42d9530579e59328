// How is an errno spelled in recordings and messages? By the kernel's own name, and always as one word.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// 13 -> "EACCES"; a number without a name -> "errno_524", which kernels do leak (ENOTSUPP,
// include/linux/errno.h).
std::string errno_name(int error);
std::optional<int> errno_from_name(std::string_view name); // the inverse; nothing else is accepted

} // namespace sbx
