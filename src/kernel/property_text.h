// How do adapters write "key value" lines? The counterpart of parse/properties.h.
#pragma once

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/reading.h"

#include <string>

namespace sbx {

// Escaped so that it holds no space, no newline, and cannot be taken for a refusal.
inline std::string word_of(std::string_view bytes) {
  std::string text;
  for (const char c : escaped(bytes, 4096))
    text += c == ' ' ? std::string("\\x20") : std::string(1, c);
  return text;
}

inline std::string refusal_word(int error) { return "!" + errno_name(error); }

inline std::string property_line(std::string_view key, const Reading& value) {
  std::string line = std::string(key) + " ";
  if (!value)
    line += refusal_word(value.error().error);
  else if (value->starts_with('!'))
    line += "\\x21" + escaped(value->substr(1), 4096);
  else
    line += escaped(*value, 4096);
  return line + "\n";
}

} // namespace sbx
