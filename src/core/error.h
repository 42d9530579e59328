// What went wrong on our side (a bad flag, an unwritable file), as opposed to what the kernel would not show.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace sbx {

// Each kind is an exit status of the command line; see docs/sbx-attest.1.
enum class ErrorKind {
  usage,   // the command line makes no sense
  target,  // the target does not exist, vanished, or changed identity
  output,  // what was found could not be written
  failure, // we could not do our own work: no /proc, no recording to read
};

struct Error {
  ErrorKind kind;
  std::string text; // what we tried, on what, what happened, what to do; lower case, no full stop
};

template <class T> using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> error(ErrorKind kind, std::string text) {
  return tl::unexpected<Error>(Error{kind, std::move(text)});
}

} // namespace sbx
