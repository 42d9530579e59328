// What became of a path that was asked for? So that asked, attempted and held can be laid side by side.
#pragma once

#include "parse/trace_events.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct PathAttempt {
  std::string path; // as it was asked for, raw bytes
  enum class Outcome {
    added,      // landlock_add_rule took it; `access` holds all that was granted on it
    refused,    // landlock_add_rule failed
    not_opened, // it could not be opened
    opened,     // it was, and no rule was made of it
    never,      // nobody tried
    unseen,     // not in a trace that has holes
  } outcome = Outcome::never;
  int error = 0; // errno, of refused and not_opened
  std::uint64_t access = 0;
  std::int64_t tid = 0;   // 0: of never and unseen
  std::uint64_t time = 0; // ns, of the first rule, or of the last try
};

std::string_view path_attempt_name(PathAttempt::Outcome outcome); // "added", "not_opened" ...
std::string path_attempt_words(const PathAttempt& attempt);       // "not opened: ENOENT"

// One for each of `paths`, in their order. A path counts by its text, as it was opened or as the kernel names
// what was opened; links in it are not followed here.
std::vector<PathAttempt> path_attempts(const TraceEvents& trace, const std::vector<std::string>& paths);

} // namespace sbx
