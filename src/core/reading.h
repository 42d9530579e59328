// What did the kernel answer? Exactly its bytes, or its refusal: nothing is interpreted here.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace sbx {

// Our own reasons not to have an answer borrow an errno: ETIMEDOUT (deadline), EFBIG (over the bound),
// ENODATA (a recording does not hold this source).
struct Refusal {
  int error;          // errno, never 0
  std::string detail; // the step that was refused, where the source alone does not say it
  bool operator==(const Refusal&) const = default;
};

using Reading = tl::expected<std::string, Refusal>;

inline Reading refused(int error, std::string detail = {}) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

} // namespace sbx
