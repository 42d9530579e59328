// How is a page for people drawn? Rows of a name, a word and texts; everything that goes in is made printable
// here, and nothing else writes an escape sequence.
#pragma once

#include "core/state.h"
#include "report/table.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct Word {
  std::string_view text;
  std::string_view colour; // SGR parameters, ECMA-48 8.3.117
};

Word state_word(State state);

class Sheet {
public:
  explicit Sheet(const TableStyle& style);

  void header(std::string_view left, std::string_view right);
  // A row without a word has its text where the word would be.
  void row(std::string_view name, std::optional<Word> word, const std::vector<std::string>& texts);
  void heading(std::string_view text);       // a line of its own
  void line_as_it_is(std::string_view text); // made printable, but never broken
  void blank() { out_ += '\n'; }
  std::string take() { return std::move(out_); }

private:
  std::string clean(std::string_view text) const;
  std::string painted(const Word& word) const;
  void line(std::string text);

  TableStyle style_;
  std::size_t width_;
  std::string out_;
};

} // namespace sbx
