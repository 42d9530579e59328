// Which containers do runtimes know, and what do they call them? The dialect of host/containers:
//
//   source docker :/run/docker.sock whole       or "cut": there are more; or !ERRNO: it did not answer
//   container docker 0123…ef pid=4242 names=:web networks=:bridge,:inner labels=:app=paude
//   container podman 4567…ab pid=!ETIMEDOUT names= networks= labels=
//
// Sources come before what they told. A container of several sources has a line from each. The texts are the
// runtime's, and whoever started the container chose them: commas and equals signs within are escaped.
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct ContainerSource {
  std::string runtime; // docker or podman
  std::string path;    // of its socket or folder, raw bytes
  int error = 0;       // it did not answer
  bool cut = false;
};

struct Container {
  std::string runtime, id;             // 64 hexadecimal digits
  tl::expected<std::int64_t, int> pid; // of its first process, as the runtime sees it; 0: none
  std::vector<std::string> names, networks;
  std::map<std::string, std::string> labels; // only those that recognition needs
};

struct Containers {
  std::vector<ContainerSource> sources;
  std::vector<Container> containers;

  // Whether none can be missing: no source was cut off, or did not answer though it is there.
  bool whole() const;
};

Parsed<Containers> parse_containers(std::string_view text);

} // namespace sbx
