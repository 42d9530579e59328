// What do the options of a container come to, as Docker and Podman take them?
#pragma once

#include "policy/fields.h"
#include "policy/policy.h"

#include <string_view>
#include <vector>

namespace sbx {

// HostConfig, and the engine whose output it is.
struct ContainerOptions {
  Fields& host;
  const Node* command; // how Podman was called: a list; nullptr where it does not say
  bool podman, privileged;
  std::string_view engine() const { return podman ? "podman" : "docker"; }
  Place at(Mark mark) const { return {host.file(), mark}; }
};

// What an option of the call was given, each time: "--ipc host" and "--ipc=host". The words of the
// container's own program are among those that are looked at.
struct GivenWord {
  std::string_view value;
  Mark mark;
};
std::vector<GivenWord> given(const ContainerOptions& options, std::string_view option);

// Each adds the wishes of its part. What is malformed throws PolicyFault.
void add_security_options(const ContainerOptions& options,
                          Policy& policy);                                 // SecurityOpt: seccomp, labels ...
void add_namespace_modes(const ContainerOptions& options, Policy& policy); // NetworkMode, PidMode ...
void add_docker_capabilities(const ContainerOptions& options, Policy& policy); // CapAdd, CapDrop

} // namespace sbx
