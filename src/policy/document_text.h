// Are these bytes a text that may be handed to a parser at all, and where in it is a byte?
#pragma once

#include "core/error.h"
#include "policy/place.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// What is wrong before any parser sees it: over a MiB, a byte 0, no UTF-8.
std::optional<Error> document_text_fault(std::string_view text, const std::string& file);

// Of offsets that grow: each step costs what lies between.
class TextPosition {
public:
  explicit TextPosition(std::string_view text) : text_(text) {}

  Mark mark(std::size_t offset); // one below the last one starts again

private:
  std::string_view text_;
  std::size_t offset_ = 0, line_start_ = 0;
  unsigned line_ = 1;
};

} // namespace sbx
