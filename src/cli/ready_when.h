// When is what a command starts ready to be inspected?
#pragma once

#include "core/error.h"
#include "kernel/tracer.h"

#include <string>

namespace sbx {

struct ReadyWhen {
  TracePlan plan;
  bool by_descriptor = false; // the command says so itself, by SBX_READY_FD
};

// "landlock", "seccomp", "exec:NAME", "fd"; empty: the first exec after a sandbox came up.
Result<ReadyWhen> parse_ready_when(const std::string& text);

// What was waited for: "a Landlock domain was put on".
std::string ready_words(const ReadyWhen& ready);

} // namespace sbx
