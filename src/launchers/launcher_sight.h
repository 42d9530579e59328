// What else was seen of a sandbox that tells of its launcher? Beyond the table of processes, each where it
// was seen at all: a gap is no evidence, for or against.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct LauncherSight {
  std::optional<std::vector<std::string>> variables; // names, of the environment of its first process
  std::optional<std::string> container_variable;     // the value of `container`; empty: it has none
  std::optional<std::vector<std::string>> markers;   // those of wanted_markers() that its root holds
  std::optional<bool> overlay_root;                  // its root is an overlay
  std::optional<bool> new_root_traces;               // /newroot or /oldroot in its mount table
  std::optional<std::string> lsm_label;
  std::optional<std::string> seccomp_profile; // the id of the known profile that its filter is; empty: none
  std::optional<bool> kvm;                    // it holds a virtual machine
  // What the runtime's own API says of its container.
  std::optional<std::string> container_name;
  std::optional<std::map<std::string, std::string>> container_labels;
};

} // namespace sbx
