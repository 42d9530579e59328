// What was a container started with? The output of docker inspect and podman inspect.
#pragma once

#include "policy/policy.h"

namespace sbx {

// Of one container. What the engine does unless told otherwise has the origin "docker" or "podman"; what its
// daemon was told elsewhere is not in this output.
Result<Policy> parse_container_inspect(const PolicyFile& file);

} // namespace sbx
