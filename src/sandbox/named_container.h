// What do runtimes say that they run? Claims: a name leads to a container, whose processes the kernel tells.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sbx {

// Raw bytes, all of it.
struct NamedContainer {
  std::string runtime; // "docker", "podman" ...
  std::string id;      // 64 hex digits
  std::vector<std::string> names;
  std::int64_t pid = 0; // of its first process, as the runtime numbers it; 0: it does not say
  std::map<std::string, std::string> labels;
};

struct NamedPod {
  std::string ns, name, uid;
};

// What was heard of them.
struct Named {
  std::vector<NamedContainer> containers;
  std::vector<NamedPod> pods;
  std::string
      unheard; // why there may be more: which runtime gave no answer. Empty: all that are there answered
};

} // namespace sbx
