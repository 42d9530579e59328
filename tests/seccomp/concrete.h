// What does a seccomp filter answer to one call, whose every word is known? An interpreter that follows
// classic BPF as the kernel's translation to eBPF runs it; what the tests hold the evaluator against. Itself
// held against the running kernel by tests/live/seccomp_runs.cc.
#pragma once

#include "seccomp/evaluate.h"

#include <cstdint>
#include <linux/seccomp.h>

namespace sbx {

// What it returns. The program has passed check_program().
std::uint32_t run_concretely(const SeccompProgram& program, const seccomp_data& call);

// seccomp_run_filters(): the lowest action wins, signed; among equals the first asked, the newest.
std::uint32_t run_concretely(const SeccompChain& chain, const seccomp_data& call);

} // namespace sbx
