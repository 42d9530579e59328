// Which containers do the runtimes of this machine know? In the dialect of parse/containers.h.
#pragma once

#include "core/reading.h"

#include <string>
#include <vector>

namespace sbx {

struct RuntimeSocket {
  std::string runtime; // "docker" or "podman"
  std::string path;
};

// Those where Docker and Podman listen: on our own root, never in a target's. DOCKER_HOST counts where it is
// a unix socket.
std::vector<RuntimeSocket> runtime_sockets();

// All of it within 1.5 s. `docker_files`: Docker's folder of containers, which is read where its API does not
// answer; empty: not.
Reading read_containers(const std::vector<RuntimeSocket>& sockets, const std::string& docker_files);

// Of this machine.
Reading read_containers();

} // namespace sbx
