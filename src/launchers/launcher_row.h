// By what is each launcher recognised? One row each, as data: docs/launchers.md tells them in words.
#pragma once

#include "launchers/launcher.h"

#include <string_view>
#include <vector>

namespace sbx {

// Patterns of text: "runc" is the whole; "qemu-system-*" how it begins; "*/crio" how it ends; "*crio*" what
// it holds.
struct LauncherRow {
  enum class Owner { any, root, user }; // who runs the launcher, or made the control group

  std::string_view id, name;
  LauncherKind kind = LauncherKind::sandbox_tool;

  // The process that launches: the last part of the path that it executes, or the whole path for patterns
  // with a slash. Its name (at most 15 bytes) counts where that file is not shown.
  std::vector<std::string_view> executables;
  std::vector<std::string_view> names;
  // Words that it is started with. "-namespace moby" is a word and the one after it.
  std::vector<std::string_view> words;
  std::vector<std::string_view> other_words; // with one of these, it is another launcher's
  bool words_needed = false;                 // others execute the same file: without the words it is not it
  bool words_enough = false;                 // the file has no name of its own (an interpreter runs it)
  Owner owner = Owner::any;
  std::string_view instance_option;      // the word after it names the container
  std::vector<std::string_view> threads; // the first tells it from others, where it holds descriptors of KVM
  std::string_view beside;               // an executable that it starts beside the payload
  bool vm = false;                       // it holds descriptors of KVM

  // What the sandbox shows.
  std::vector<std::string_view> cgroups;    // ContainerPlace::runtime, or "runtime:pattern of the id"
  std::vector<std::string_view> own_ns;     // kinds of namespaces that it always has of its own
  bool any_ns = false;                      // or any kind, as it was asked for
  std::vector<std::string_view> markers;    // paths below its root
  std::vector<std::string_view> variables;  // patterns of names
  std::string_view container_variable;      // pattern of the value of `container`
  std::vector<std::string_view> lsm_labels; // patterns
  std::vector<std::string_view> profiles;   // ids of seccomp profiles, patterns
  std::vector<std::string_view> labels;     // of the container: "key=value" or the pattern of a key
  std::vector<std::string_view> container_names;
  bool overlay_root = false, new_root_traces = false;

  bool around = false; // it stays around the launchers that it uses, and works inside them too: one entry
  std::string_view note = ""; // what is to be known of it: that nothing is left of it, for one
};

const std::vector<LauncherRow>& launcher_rows();

// The parts of that table, by what they launch.
std::vector<LauncherRow> container_rows();
std::vector<LauncherRow> sandbox_tool_rows();
std::vector<LauncherRow> machine_rows();
std::vector<LauncherRow> agent_rows();

bool fits(std::string_view pattern, std::string_view text);
bool fits_any(const std::vector<std::string_view>& patterns, std::string_view text);

} // namespace sbx
