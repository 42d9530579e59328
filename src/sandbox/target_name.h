// Which process or sandbox does the user mean? How targets are written.
#pragma once

#include "core/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sbx {

struct TargetName {
  enum class Kind {
    self,
    pid,       // that process alone
    tree,      // it, with all that descends from it
    name,      // a container, machine or service of that name; else processes that are called so
    container, // by id or name, of whichever runtime
    docker,
    podman,
    pod,       // namespace/name, or namespace/name/container
    openshell, // the agents of an OpenShell sandbox
    cgroup,    // a path below the root of a hierarchy
    unit,      // of systemd
  };
  Kind kind = Kind::self;
  std::string value;    // what follows the colon; empty for self
  std::int64_t pid = 0; // of pid and tree

  bool one_process() const { return kind == Kind::self || kind == Kind::pid; }
};

// "4242", "self", "name:NAME" ...; ErrorKind::usage where it is none of these.
Result<TargetName> parse_target_name(std::string_view text);

// For --help and errors.
inline constexpr std::string_view target_forms =
    "a process id, self, tree:PID, name:NAME, container:ID-or-name, docker:NAME, podman:NAME, "
    "pod:NAMESPACE/NAME[/CONTAINER], openshell:NAME, cgroup:PATH or unit:NAME.service";

} // namespace sbx
