// How are the lines read that our adapters write of kernel memory: words one space apart, and key=value? As
// strictly as they are written.
#pragma once

#include "core/escape.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace sbx {

// The tokens of one line, taken one by one. After the first that does not fit, everything that is taken is
// empty and failed() holds.
class TokenLine {
public:
  explicit TokenLine(std::string_view text) : rest_(text) {}

  bool at_end() const { return ended_; }
  bool failed() const { return failed_; }
  bool whole() const { return ended_ && !failed_; } // all of it was taken, and all of it fitted
  void fail() { failed_ = true; }
  bool next_is(std::string_view key) const {
    return !ended_ && rest_.substr(0, key.size()) == key && rest_.substr(key.size()).starts_with('=');
  }

  std::string_view word() {
    if (ended_) {
      failed_ = true;
      return {};
    }
    const auto space = rest_.find(' ');
    const std::string_view taken = rest_.substr(0, space);
    ended_ = space == std::string_view::npos;
    rest_ = ended_ ? std::string_view() : rest_.substr(space + 1);
    return taken;
  }

  std::string_view value(std::string_view key) {
    if (!next_is(key)) {
      failed_ = true;
      return {};
    }
    return word().substr(key.size() + 1);
  }

  // Written as the kernel layer writes it: no sign, no leading zero.
  std::uint64_t number(std::string_view digits, std::uint64_t most, int base = 10) {
    if (base == 16) {
      if (!digits.starts_with("0x"))
        failed_ = true;
      digits.remove_prefix(std::min<std::size_t>(digits.size(), 2));
    }
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || error != std::errc() || stop != end || value > most ||
        (digits.size() > 1 && digits[0] == '0'))
      failed_ = true;
    return failed_ ? 0 : value;
  }
  std::uint64_t number(std::string_view digits) {
    return number(digits, std::numeric_limits<std::uint64_t>::max());
  }
  std::uint32_t small(std::string_view digits) {
    return static_cast<std::uint32_t>(number(digits, std::numeric_limits<std::uint32_t>::max()));
  }
  std::uint64_t mask(std::string_view digits) {
    return number(digits, std::numeric_limits<std::uint64_t>::max(), 16);
  }

  std::string bytes(std::string_view escaped_text) {
    std::string raw;
    if (!unescape(escaped_text, raw))
      failed_ = true;
    return raw;
  }

private:
  std::string_view rest_;
  bool ended_ = false, failed_ = false;
};

} // namespace sbx
