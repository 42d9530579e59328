// Which paths did an event open, or grant? The one way to tell for all who ask of paths.
#pragma once

#include "trace/course.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sbx {

// An open of a file that may become a rule: with O_PATH, or while a ruleset is being made. A trace holds no
// other opens. Or open_tree(2).
bool opens_path(const TraceEvent& event);
bool adds_path_rule(const TraceEvent& event);
bool makes_ruleset(const TraceEvent& event); // and succeeds
// landlock_restrict_self(2), whatever came of it.
bool restricts(const TraceEvent& event);

// What the descriptors of each process were opened as.
class OpenedPaths {
public:
  // After it, `step` counts too.
  void follow(const Step& step);

  // As the process wrote it: of an open relative to a directory that was opened before, below that. A
  // relative path where it is not known to what.
  std::string path_of_open(const Step& step) const;
  // As the process opened it, and as the kernel names it; either may be empty.
  std::pair<std::string, std::string> paths_of_rule(const Step& step) const;

private:
  std::optional<std::string> opened(std::size_t process, std::uint64_t fd) const;
  std::map<std::pair<std::size_t, std::uint64_t>, std::string> paths_; // by process and descriptor
  std::map<std::size_t, std::size_t> parents_;
};

} // namespace sbx
