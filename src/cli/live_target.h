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

// Runs `work` on a witness of the live kernel, about options.target ("self" or a pid), beside `peer`, another
// process that a question is about; or on the recording that options.replay names. When the target executed
// another program meanwhile, once more from the beginning. With options.ptrace its seccomp filters are read
// by ptrace(2), with options.redact_environment the names of its variables are told to nobody.
Result<int> with_target(const Options& options, std::optional<std::int64_t> peer,
                        const std::function<Result<int>(Witness&)>& work);
Result<int> with_recording(const std::string& directory, const std::function<Result<int>(Witness&)>& work,
                           bool redact_environment = false);

} // namespace sbx
