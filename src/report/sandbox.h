// Whom is a report about, when it is about more than one process?
#pragma once

#include "core/finding.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx {

struct SandboxMember {
  std::int64_t pid = 0;
  std::string comm;                   // escaped; empty where it was not seen
  std::string role;                   // "first", "member", "entered", "agent", "supervisor", "monitor" ...
  std::string why;                    // of the role, or why it was not judged
  bool judged = false;                // its layers decide
  std::optional<std::size_t> threads; // seen in the run
  std::vector<std::pair<std::string, Finding>> layers; // empty where it was not inspected
};

struct Sandbox {
  std::string asked; // "name:web", escaped
  std::string what;  // "podman container 0123456789ab (web)", escaped
  Claims launchers;  // launchers/launcher_claims.h says their shape
  std::string chain; // "systemd > podman > bwrap", escaped; empty where nobody was recognised
  std::vector<SandboxMember> members;                          // by pid
  std::vector<std::pair<std::string, std::string>> decided_by; // for each layer the weakest member, escaped
  bool settled = false;                                        // no process came that was not inspected
  std::vector<std::string> notes; // one line each, escaped: what the user should know of this choice

  std::size_t judged() const;
};

Claims sandbox_json(const Sandbox& sandbox);

} // namespace sbx
