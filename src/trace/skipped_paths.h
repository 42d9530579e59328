// Which paths did a launcher mean to grant, and left out without a word?
#pragma once

#include "trace/course.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sbx {

struct SkippedPath {
  std::string path; // raw bytes, as the launcher wrote it; relative where it is not known to what
  bool cut = false; // it is longer
  int error = 0;    // errno
  std::string call; // that failed: an open, or landlock_add_rule
  std::int64_t tid = 0, tgid = 0;
  std::string comm;       // raw bytes
  std::uint64_t time = 0; // of the last try
  bool put_on = false;    // a domain was put on after it, or tried to be; else the launcher gave up
};

// Opens and rules that failed before a domain was put on, or after a ruleset was made that nobody put on, and
// that the same process did not carry out after all until then. What another process of the same program did
// counts too (OpenShell opens the paths as root and forks the child that restricts itself). In the order of
// their times.
std::vector<SkippedPath> skipped_paths(const Course& course);

} // namespace sbx
