// How is the target asked about many paths of its own, when a file system there may never answer? In
// children, each of which goes on behind the path at which the one before it fell silent.
#pragma once

#include "core/reading.h"
#include "kernel/proc_target.h"

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// What a child is given.
struct Asking {
  const ProcTarget& target;
  const std::vector<std::string>& paths;
  std::size_t first; // of the paths that are its own: this one and all behind it
  bool careful;      // one fell silent in the middle of a line
  int root;          // the root directory of the target
  int out;
};

struct PathQuestion {
  // In a child: writes an entry of whole lines about each path. What was written before the path at which it
  // falls silent counts; the beginning of a line has that path asked again, by a careful child.
  void (*ask)(const Asking& asking);
  bool (*ends_entry)(std::string_view line);
  // The entry of a path without an answer; `met`: the whole lines that came of it.
  std::string (*unanswered)(const std::string& path, std::string_view met, int error);
};

// The entries about all paths (each named once, none empty), or the refusal where the root of the target was.
Reading ask_in_children(const ProcTarget& target, const std::vector<std::string>& paths,
                        const PathQuestion& question);

// In a child.
void say(int out, std::string_view text);

} // namespace sbx
