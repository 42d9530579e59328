// Which unix sockets lead out of a sandbox, and what can be done through them? By their usual names:
// knowledge, one row each.
#pragma once

#include "core/warning.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct LeadingRow {
  std::string_view name; // a path, or an abstract name that begins with '@'; '*' stands for any bytes but '/'
  std::string_view kind; // "container engine"
  std::string_view variable; // of the environment, that usually names it; or empty
  Severity severity;
  std::string_view follows; // what who talks to it may do: "have Docker start ..."
  std::string_view remedy;
};

// The row of a name, raw bytes; null: none. What begins with '@' is an abstract name.
const LeadingRow* leading_row(std::string_view name);

// Paths to look for: those of the rows, with each of `uids` in the place of a user's number, and with the
// usual numbers of displays. Paths with a part that nobody can guess are left out: see unguessable_sockets().
std::vector<std::string> leading_paths(const std::set<std::uint32_t>& uids);

// "/tmp/ssh-*/agent.*": rows that are found only through descriptors, mounts and variables.
std::vector<std::string_view> unguessable_sockets();

// DOCKER_HOST, SSH_AUTH_SOCK ...: says where a socket is, or a directory of them.
bool names_sockets(std::string_view variable);

// The paths of sockets that a variable of the environment names: of DOCKER_HOST=unix:///run/docker.sock,
// DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus,guid=..., SSH_AUTH_SOCK, WAYLAND_DISPLAY ...
std::vector<std::string> sockets_named_by(std::string_view variable, std::string_view value,
                                          std::string_view runtime_dir);

} // namespace sbx
