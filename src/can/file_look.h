// What stands at a path for the thread that asks, and what is above it? One walk, or two where the last name
// counts.
#pragma once

#include "can/question.h"
#include "can/world.h"

#include <optional>
#include <vector>

namespace sbx {

struct FileLook {
  PathWalk walk;                     // of the names that are looked up, up to the last that must be
  std::size_t trailing = 0;          // index of the first link that stands at the end of the path
  std::optional<WalkStep> file;      // empty: it does not exist
  std::optional<WalkStep> directory; // that it is in or would be in; empty for "/"
  std::vector<WalkStep> above;       // from `directory` up to the root of the mount namespace
};

// The file itself, links followed.
Known<FileLook> look_at(const World& world, const std::string& path);

// The entry of its directory, a link too: what unlink(2) and rmdir(2) take away.
Known<FileLook> look_at_entry(const World& world, const std::string& path);

} // namespace sbx
