// How is a question asked in a run? The same for `can`, and for a recording that is to answer it later.
#pragma once

#include "can/answer.h"
#include "can/question.h"
#include "probes/witness.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx {

std::optional<std::int64_t> peer_of(const Question& question); // the other process that it is about
Ruling ask(Witness& witness, const Question& question);

// "read /etc/shadow": one text, cut at the first space.
Result<Question> parse_question(const std::string& text);

} // namespace sbx
