// Why does a text make no sense to its parser? Never an errno: it was read, but it is not what the kernel
// writes.
#pragma once

#include <string>

namespace sbx {

struct Malformed {
  std::string what; // the place and the reason, with the text's own words escaped
};

} // namespace sbx
