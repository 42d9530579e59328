#include "policy/document_text.h"

#include "policy/document.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

// Length of the sequence at the start of `bytes` by RFC 3629 (no overlong forms, no surrogates, nothing above
// 10FFFF); 0 when there is none.
std::size_t utf8_length(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0U) != 0x80)
      return 0;
  const unsigned second = byte(1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : length;
}

} // namespace

std::optional<Error> document_text_fault(std::string_view text, const std::string& file) {
  if (text.size() > most_document_bytes)
    return error_at({file, {}}, fmt::format("more than {} bytes", most_document_bytes)).value();
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = text[i] == '\0' ? 0 : utf8_length(text.substr(i));
    if (length == 0) {
      const Mark mark = TextPosition(text).mark(i);
      return error_at({file, mark}, text[i] == '\0' ? "a byte 0" : "bytes that are no UTF-8").value();
    }
    i += length;
  }
  return std::nullopt;
}

Mark TextPosition::mark(std::size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < offset_)
    *this = TextPosition(text_);
  for (; offset_ < offset; ++offset_)
    if (text_[offset_] == '\n') {
      ++line_;
      line_start_ = offset_ + 1;
    }
  return {line_, static_cast<unsigned>(offset - line_start_) + 1};
}

} // namespace sbx
