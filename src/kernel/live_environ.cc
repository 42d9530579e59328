#include "kernel/live_environ.h"

#include "kernel/process_environ.h"
#include "kernel/property_text.h"

namespace sbx {

namespace {

constexpr std::size_t most_value = 256;
constexpr std::size_t most_lines = 64; // a name may stand there again and again

enum class Shown {
  name,  // its value may be a secret
  value, // it cannot be one
  local, // where it names a socket of this machine; an address of a server may hold a password
};

struct Variable {
  std::string_view name;
  Shown shown;
};

// What launchers of sandboxes put there (docs/report-format.md). Proxies hold passwords.
constexpr Variable variables[] = {
    {"container", Shown::value},
    {"OPENSHELL_SANDBOX", Shown::value},
    {"OPENSHELL_SANDBOX_ID", Shown::value},
    {"OPENSHELL_MODE", Shown::value},
    {"OPENSHELL_PROXY_MODE", Shown::value},
    {"OPENSHELL_SUPERVISOR_TOPOLOGY", Shown::value},
    {"OPENSHELL_NETWORK_ENFORCEMENT_MODE", Shown::value},
    {"RYNO_SANDBOX", Shown::value},
    {"RYNO_SANDBOX_ID", Shown::value},
    {"RYNO_SUPERVISOR_TOPOLOGY", Shown::value},
    {"RYNO_ADMITTED_ISOLATION_BACKEND", Shown::value},
    {"RYNO_NETWORK_ENFORCEMENT_MODE", Shown::value},
    {"CODEX_SANDBOX", Shown::value},
    {"CODEX_SANDBOX_NETWORK_DISABLED", Shown::value},
    {"SANDBOX_RUNTIME", Shown::value},
    {"CLAUDE_CODE_HOST_HTTP_PROXY_PORT", Shown::value},
    {"FLATPAK_ID", Shown::value},
    {"SNAP_NAME", Shown::value},
    // Of sockets (rules/leading_sockets.h): paths, and addresses of servers.
    {"DOCKER_HOST", Shown::local},
    {"CONTAINER_HOST", Shown::local},
    {"BUILDKIT_HOST", Shown::local},
    {"SSH_AUTH_SOCK", Shown::local},
    {"DBUS_SESSION_BUS_ADDRESS", Shown::local},
    {"DBUS_SYSTEM_BUS_ADDRESS", Shown::local},
    {"XDG_RUNTIME_DIR", Shown::local},
    {"WAYLAND_DISPLAY", Shown::local},
    {"PULSE_SERVER", Shown::local},
    {"NOTIFY_SOCKET", Shown::local},
    {"HTTP_PROXY", Shown::name},
    {"HTTPS_PROXY", Shown::name},
    {"ALL_PROXY", Shown::name},
    {"http_proxy", Shown::name},
    {"https_proxy", Shown::name},
};

bool is_local(std::string_view value) {
  return value.starts_with('/') || value.starts_with("unix:") || value.starts_with("wayland-");
}

} // namespace

std::string environ_lines(std::string_view environment) {
  std::string text;
  std::size_t lines = 0;
  each_variable(environment, [&](std::string_view name, std::string_view value) {
    for (const Variable& variable : variables)
      if (name == variable.name && lines < most_lines) {
        const bool shown =
            variable.shown == Shown::value || (variable.shown == Shown::local && is_local(value));
        text += property_line(variable.name, std::string(shown ? value.substr(0, most_value) : ""));
        ++lines;
      }
  });
  return text;
}

} // namespace sbx
