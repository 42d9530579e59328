// What can a sandbox do that may write here? Places that let it out, by their usual paths: knowledge, one row
// each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct RiskyPlace {
  std::string_view path; // absolute; a last component of "*" stands for any one name
  std::string_view why;  // what writing there does: "lets it ..."
};

// The places that writing beneath `directory` opens: the row that is `directory` itself when there is one,
// else those that lie below it. Rows with "*" are found only by such a path itself, for everything holds some
// name.
std::vector<RiskyPlace> risky_places(std::string_view directory);

} // namespace sbx
