// How is evidence kept on disk? One directory: a file for each answer, and recording.json with each refusal.
// docs/recording-format.md; the same form is a fixture, what a bug report carries, and the input of a replay.
#pragma once

#include "core/error.h"
#include "core/evidence.h"

#include <string>

namespace sbx {

// Into a directory that does not exist yet or is empty; a new one is private to the user (0700). Nothing is
// overwritten.
Result<void> save_recording(const Evidence& evidence, const std::string& directory,
                            const std::string& tool_version);

// A recording may come from a stranger: names are only those of core/source.h, links are not followed, sizes
// bounded.
Result<Evidence> load_recording(const std::string& directory);

} // namespace sbx
