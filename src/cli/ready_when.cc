#include "cli/ready_when.h"

#include "core/escape.h"

#include <fmt/core.h>

namespace sbx {

Result<ReadyWhen> parse_ready_when(const std::string& text) {
  constexpr std::size_t most_name_bytes = 255; // NAME_MAX
  constexpr std::string_view exec = "exec:";
  if (text.empty())
    return ReadyWhen{{HoldWhen::confined_exec, {}}, false};
  if (text == "landlock")
    return ReadyWhen{{HoldWhen::landlock, {}}, false};
  if (text == "seccomp")
    return ReadyWhen{{HoldWhen::seccomp, {}}, false};
  if (text == "fd")
    return ReadyWhen{{HoldWhen::never, {}}, true};
  if (text.starts_with(exec)) {
    const std::string name = text.substr(exec.size());
    if (!name.empty() && name.size() <= most_name_bytes && name.find('/') == std::string::npos)
      return ReadyWhen{{HoldWhen::exec, name}, false};
    return error(ErrorKind::usage, "exec:NAME takes the last component of the path that is executed, not '" +
                                       escaped(name, 80) + "'");
  }
  return error(
      ErrorKind::usage,
      fmt::format("--ready-when takes landlock, seccomp, exec:NAME or fd, not '{}'", escaped(text, 80)));
}

std::string ready_words(const ReadyWhen& ready) {
  if (ready.by_descriptor)
    return "a byte was written to SBX_READY_FD";
  switch (ready.plan.hold) {
  case HoldWhen::never:
    return "";
  case HoldWhen::confined_exec:
    return "a file was executed under a Landlock domain or a seccomp filter";
  case HoldWhen::landlock:
    return "a Landlock domain was put on";
  case HoldWhen::seccomp:
    return "a seccomp filter was put on";
  case HoldWhen::exec:
    return escaped(ready.plan.exec_name) + " was executed";
  }
  return "";
}

} // namespace sbx
