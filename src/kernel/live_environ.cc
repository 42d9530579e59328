#include "kernel/live_environ.h"

#include "kernel/process_environ.h"
#include "kernel/property_text.h"

namespace sbx {

namespace {

constexpr std::size_t most_value = 256;
constexpr std::size_t most_lines = 64; // a name may stand there again and again

struct Variable {
  std::string_view name;
  bool value; // cannot be a secret
};

// What launchers of sandboxes put there (docs/report-format.md). Proxies hold passwords.
constexpr Variable variables[] = {
    {"container", true},
    {"OPENSHELL_SANDBOX", true},
    {"OPENSHELL_SANDBOX_ID", true},
    {"OPENSHELL_MODE", true},
    {"OPENSHELL_PROXY_MODE", true},
    {"OPENSHELL_SUPERVISOR_TOPOLOGY", true},
    {"OPENSHELL_NETWORK_ENFORCEMENT_MODE", true},
    {"RYNO_SANDBOX", true},
    {"RYNO_SANDBOX_ID", true},
    {"RYNO_SUPERVISOR_TOPOLOGY", true},
    {"RYNO_ADMITTED_ISOLATION_BACKEND", true},
    {"RYNO_NETWORK_ENFORCEMENT_MODE", true},
    {"CODEX_SANDBOX", true},
    {"CODEX_SANDBOX_NETWORK_DISABLED", true},
    {"SANDBOX_RUNTIME", true},
    {"CLAUDE_CODE_HOST_HTTP_PROXY_PORT", true},
    {"FLATPAK_ID", true},
    {"SNAP_NAME", true},
    {"HTTP_PROXY", false},
    {"HTTPS_PROXY", false},
    {"ALL_PROXY", false},
    {"http_proxy", false},
    {"https_proxy", false},
};

} // namespace

std::string environ_lines(std::string_view environment) {
  std::string text;
  std::size_t lines = 0;
  each_variable(environment, [&](std::string_view name, std::string_view value) {
    for (const Variable& variable : variables)
      if (name == variable.name && lines < most_lines) {
        text += property_line(variable.name, std::string(variable.value ? value.substr(0, most_value) : ""));
        ++lines;
      }
  });
  return text;
}

Reading read_environ(const ProcTarget& target) {
  const Reading bytes = read_environment(target);
  return bytes ? Reading(environ_lines(*bytes)) : bytes;
}

} // namespace sbx
