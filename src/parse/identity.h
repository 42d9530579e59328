// Who is asked about, and by whom? The dialect of target/identity, read before everything else and after it.
//
//   vantage observer             or "self"
//   pid 4242                     in the PID namespace of the inspector
//   start_ticks 123              proc_pid_stat(5) field 22, or !ERRNO
//   boot_id 0f6a...              random(4), or !ERRNO
//   executable 254:1:1234        device and inode of /proc/PID/exe, or !ERRNO
//   exited no                    "yes": a zombie
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

struct Identity {
  bool self = false;
  std::int64_t pid = 0;
  std::optional<std::uint64_t> start_ticks; // empty: /proc hides the process
  std::optional<std::string> boot_id;
};

Parsed<Identity> parse_identity(std::string_view text);

} // namespace sbx
