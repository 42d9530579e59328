// With which environment was a process started? The bytes of /proc/PID/environ, of which adapters keep only
// what is no secret.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace sbx {

// NAME=value, each ended by a NUL. It is where the kernel put it for execve(2), in the memory of the process,
// which may have written over it or moved it since (PR_SET_MM_ENV_START of prctl(2)).
Reading read_environment(const ProcTarget& target);

// Calls with(name, value) for each; what has no = is passed over, as getenv(3) does.
template <class With> void each_variable(std::string_view text, With&& with) {
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find('\0'));
    text.remove_prefix(entry.size() < text.size() ? entry.size() + 1 : text.size());
    const std::size_t equals = entry.find('=');
    if (equals != std::string_view::npos)
      with(entry.substr(0, equals), entry.substr(equals + 1));
  }
}

} // namespace sbx
