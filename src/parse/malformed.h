// What does a parser say of text that makes no sense? Never a default value.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace sbx {

struct Malformed {
  std::string what; // what was wrong, with escaped text where it helps
};

template <class T> using Parsed = tl::expected<T, Malformed>;

inline tl::unexpected<Malformed> malformed(std::string what) {
  return tl::unexpected<Malformed>(Malformed{std::move(what)});
}

} // namespace sbx
