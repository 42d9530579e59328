#include "kernel/live_environ.h"

#include "kernel/child.h"
#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr std::size_t most_environ = 1 << 20;
constexpr std::size_t most_value = 256;
constexpr std::size_t most_lines = 64; // a name may stand there again and again
constexpr int deadline_ms = 1000;

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

std::string environ_lines(std::string_view environ) {
  std::string text;
  std::size_t lines = 0;
  while (!environ.empty() && lines < most_lines) {
    const std::string_view entry = environ.substr(0, environ.find('\0'));
    environ.remove_prefix(std::min(entry.size() + 1, environ.size()));
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos)
      continue;
    for (const Variable& variable : variables)
      if (entry.substr(0, equals) == variable.name) {
        const std::string_view value = variable.value ? entry.substr(equals + 1, most_value) : "";
        text += property_line(variable.name, std::string(value));
        ++lines;
      }
  }
  return text;
}

// In a child: the kernel reads it from the process's own memory, which may lie in a file that never answers.
Reading read_environ(const ProcTarget& target) {
  const auto dir = target.dir();
  if (!dir)
    return refused(dir.error());
  const auto file = open_beneath(*dir, "environ", O_RDONLY);
  if (!file)
    return refused(file.error());
  const int fd = file->get();
  const ChildAnswer answer = hear_child(
      [fd](int out) {
        char buffer[4096];
        char end = '.';
        for (ssize_t got = 0; (got = read(fd, buffer, sizeof buffer)) != 0;) {
          if (got < 0 && errno == EINTR)
            continue;
          if (got < 0 || write(out, buffer, static_cast<std::size_t>(got)) != got) {
            end = '!';
            break;
          }
        }
        [[maybe_unused]] const ssize_t written = write(out, &end, 1);
      },
      {deadline_ms, 0, most_environ + 1});
  if (answer.cut)
    return refused(answer.cut->error, "reading its environment");
  if (answer.bytes.empty() || answer.bytes.back() != '.')
    return refused(EIO, "its environment could not be read to its end");
  return environ_lines(std::string_view(answer.bytes).substr(0, answer.bytes.size() - 1));
}

} // namespace sbx
