// How is an errno spelled in recordings and messages? By the kernel's own name, never by number.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbx {

std::string errno_name(int error);                        // 13 -> "EACCES"; a number without a name -> "errno 4095"
std::optional<int> errno_from_name(std::string_view name); // the inverse; nothing else is accepted

} // namespace sbx
