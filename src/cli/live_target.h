// Which process does the user mean, or which recording of one? And what if it changes under our hands? Once
// more, then we say so.
#pragma once

#include "cli/command.h"
#include "core/error.h"
#include "probes/witness.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sbx {

// `target`: "self" or a pid. Runs `work` on a witness of the live kernel; when the target executed another
// program meanwhile, once more from the beginning.
Result<int> with_live_target(const std::string& target, const std::function<Result<int>(Witness&)>& work);

// The same beside another process, which a question is about.
Result<int> with_live_target(const std::string& target, std::optional<std::int64_t> peer,
                             const std::function<Result<int>(Witness&)>& work);

// The recording that --replay names instead, where it was given.
Result<int> with_target(const Options& options, std::optional<std::int64_t> peer,
                        const std::function<Result<int>(Witness&)>& work);
Result<int> with_recording(const std::string& directory, const std::function<Result<int>(Witness&)>& work);

} // namespace sbx
