// Where in which file does a policy say so?
#pragma once

#include "core/error.h"

#include <string>
#include <string_view>

namespace sbx {

struct Mark {
  unsigned line = 0, column = 0; // from 1; 0: nowhere in particular
};

struct Place {
  std::string file; // as the user named it, raw bytes
  Mark mark;
};

std::string place_words(const Place& place); // "policy.yaml:12:5", escaped

// ErrorKind::usage, one line: "policy.yaml:12:5: what". `what` is escaped where it quotes the file.
tl::unexpected<Error> error_at(const Place& place, std::string_view what);

} // namespace sbx
