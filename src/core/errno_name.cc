#include "core/errno_name.h"

#include <cstring>

namespace sbx {

namespace {
constexpr int highest_errno = 4095; // MAX_ERRNO, include/linux/err.h
constexpr std::string_view unnamed = "errno ";
} // namespace

std::string errno_name(int error) {
  if (const char* name = strerrorname_np(error))
    return name;
  return std::string(unnamed) + std::to_string(error);
}

std::optional<int> errno_from_name(std::string_view name) {
  if (name == "0")
    return std::nullopt;
  for (int error = 1; error <= highest_errno; ++error)
    if (errno_name(error) == name)
      return error;
  return std::nullopt;
}

} // namespace sbx
