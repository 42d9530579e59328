#include "core/errno_name.h"

#include <charconv>
#include <cstring>

namespace sbx {

namespace {
constexpr int highest_errno = 4095; // MAX_ERRNO, include/linux/err.h
constexpr int highest_named = 255;  // EHWPOISON, 133, is the last; far above it on every architecture
constexpr std::string_view unnamed = "errno_";
} // namespace

std::string errno_name(int error) {
  if (const char* name = strerrorname_np(error))
    return name;
  return std::string(unnamed) + std::to_string(error);
}

std::optional<int> errno_from_name(std::string_view name) {
  if (name.starts_with(unnamed)) {
    int error = 0;
    std::from_chars(name.data() + unnamed.size(), name.data() + name.size(), error);
    const bool ours = error > 0 && error <= highest_errno && errno_name(error) == name;
    return ours ? std::optional(error) : std::nullopt;
  }
  for (int error = 1; error <= highest_named; ++error)
    if (const char* known = strerrorname_np(error); known && known == name)
      return error;
  return std::nullopt;
}

} // namespace sbx
