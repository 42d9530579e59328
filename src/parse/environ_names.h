// Which variables were in the environment of the target? Their names alone. The dialect of
// target/environ_names:
//
//   name HOME value=1 left_out=0      value: whether it has one; left_out: bytes of the name not kept
//   redacted 2 value=1 secret=1       a name that is not told, and whether it looks like that of a secret
//   end more=0                        how many variables were not kept
#pragma once

#include "parse/malformed.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct EnvironName {
  std::string name; // raw bytes; empty where redacted
  std::size_t left_out = 0;
  bool has_value = false; // something stands behind its =
  bool redacted = false;
  bool secret = false; // of a redacted one: its name looked like that of a secret
};

struct EnvironNames {
  std::vector<EnvironName> names; // in the order of the environment; the first of a name counts
  std::uint64_t more = 0;         // that were over the bound
};

Parsed<EnvironNames> parse_environ_names(std::string_view text);

} // namespace sbx
