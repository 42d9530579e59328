#include "kernel/fd_info.h"

#include "kernel/file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/core.h>
#include <string_view>
#include <unistd.h>

namespace sbx {

namespace {

// The number behind `key` at the start of a line.
bool find_number(std::string_view text, std::string_view key, std::uint64_t& value) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos)
    return false;
  const std::string_view digits = text.substr(at + key.size());
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc{};
}

} // namespace

tl::expected<FdNumbers, int> FdInfo::of(int fd) {
  if (fd != number_) {
    auto file = open_beneath(proc_, fmt::format("{}/fdinfo/{}", getpid(), fd), O_RDONLY);
    if (!file)
      return tl::unexpected<int>(file.error());
    file_ = std::move(*file);
    number_ = fd;
  }
  char buffer[512];
  const ssize_t got = pread(file_.get(), buffer, sizeof buffer, 0);
  if (got < 0)
    return tl::unexpected<int>(errno);
  const std::string_view text(buffer, static_cast<std::size_t>(got));
  FdNumbers numbers;
  if (!find_number(text, "\nmnt_id:\t", numbers.mount) || !find_number(text, "\nino:\t", numbers.inode))
    return tl::unexpected<int>(EOPNOTSUPP);
  return numbers;
}

} // namespace sbx
