// How is a long list told in one line? The first few, and how many more there are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sbx {

std::string some_of(std::vector<std::string> texts, std::size_t most = 5); // "a, b, c, d, e and 7 more"

} // namespace sbx
