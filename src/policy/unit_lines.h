// Which assignments does a systemd unit file make, in which sections, and where? systemd.syntax(7), read as
// systemd reads it.
#pragma once

#include "policy/place.h"
#include "policy/policy.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct UnitSetting {
  std::string section, key, value; // the value with its continuation lines joined, without white space around
  Place place;                     // of the key
  // Where its parts stand: from this byte of `value` on, at that mark.
  struct Part {
    std::size_t from;
    Mark mark;
  };
  std::vector<Part> parts; // by rising offset, the first at 0

  Place at(std::size_t offset) const; // of a byte of the value
};

// A MiB for each file, and 16,384 assignments. What systemd would pass over with a warning is an error here:
// a line that is no assignment, one outside of any section, bytes that are no UTF-8. What the values mean is
// not asked. Throws PolicyFault.
std::vector<UnitSetting> parse_unit_lines(const PolicyFile& file);

struct UnitWord {
  std::string text; // without its quotes and backslashes
  std::size_t offset = 0;
};

// A value as a list of words, with quotes and backslashes as systemd takes them out; nothing: a quote is
// never closed, or a backslash ends it.
std::optional<std::vector<UnitWord>> unit_words(std::string_view value);

} // namespace sbx
