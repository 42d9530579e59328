// How does what a witness sees become the world that questions are judged in?
#pragma once

#include "can/question.h"
#include "can/world.h"
#include "probes/witness.h"

namespace sbx {

// The world holds on to the witness: paths are walked when a rule asks for them.
World gather(Witness& witness, const Question& question);

} // namespace sbx
