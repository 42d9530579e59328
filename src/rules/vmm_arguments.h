// What does the command line of a monitor say that crosses to its guest? Words that the process may have
// written over since: claims, never evidence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct VmmArgument {
  std::string_view kind; // "directory", "network", "vsock", "vfio", "confinement"
  std::string option;    // as it is written: "-fsdev", "--fs"
  std::string value;     // a path, or the kind of a back end: raw bytes; nothing else of the word, which may
                         // hold secrets
};

// At most 64.
std::vector<VmmArgument> vmm_arguments(const std::vector<std::string>& argv);

} // namespace sbx
