// What did OpenShell's supervisor say that it did? Lines of its log, in the shorthand that it prints and in
// OCSF JSON: claims, made before anything was in force.
#pragma once

#include "policy/place.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class LogMeaning {
  landlock_available,    // the kernel offers it: `abi`
  landlock_applying,     // is about to be applied: `abi` that it asks for, `read_only` and `read_write` paths
  landlock_built,        // a ruleset was made: `rules`, `skipped`
  landlock_path_skipped, // `path`
  landlock_no_paths,     // none was asked for, so nothing is applied
  landlock_unavailable,  // goes on without
  landlock_failed,       // restrict_self failed; goes on without
  bypass_installed,      // the rules that reject what does not go through its proxy
  bypass_missing,        // it goes on without them
  netns_created,
  netns_failed,
  other, // about a layer, in words that are not known here
};

struct LogClaim {
  Place place;
  LogMeaning meaning = LogMeaning::other;
  std::string severity; // "INFO" "LOW" "MED" "HIGH" "CRIT" "FATAL", as the shorthand writes them
  std::string text;     // the message, raw bytes, at most 1024 of them
  std::optional<std::uint64_t> abi, rules, skipped, read_only, read_write;
  std::optional<std::string> path; // raw bytes
};

struct SupervisorLog {
  std::string file;
  std::vector<LogClaim> claims;   // in the order of the lines; at most 10,000
  std::size_t lines = 0;          // of the file
  std::size_t not_understood = 0; // that look like events of these kinds and could not be read
  bool cut = false;               // the file goes on: over a bound
};

// Total: what is no event is passed over. Nothing in it is believed.
SupervisorLog parse_supervisor_log(std::string_view text, const std::string& file);

} // namespace sbx
