// Which filters does each thread live under, and what do they allow, all together? What the kernel was seen
// to hold, decoded.
#pragma once

#include "core/gap.h"
#include "core/observation.h"
#include "parse/seccomp_filters.h"
#include "probes/witness.h"
#include "seccomp/effective_table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

// Threads with the same filters.
struct SeccompThreads {
  std::optional<std::size_t> newest; // index into filters; nothing: no filter
  bool strict = false;               // strict mode takes the place of filters
  std::vector<std::int64_t> tids;
};

struct SeccompView {
  SeccompFilters filters;
  std::vector<SeccompThreads> threads;      // of a program from a file: none
  std::vector<SyscallAbi> abis;             // the ways into this machine, the native one first
  std::vector<std::optional<bool>> offered; // of each: does this kernel take calls by it? Nothing: not seen
  EffectiveTable table;                     // what the weakest of the threads may do
};

// The newest first.
std::vector<std::size_t> filters_of(const SeccompFilters& filters, std::size_t newest);
SeccompChain chain_of(const SeccompFilters& filters, std::size_t newest);

// Gaps: those of target/seccomp; threads that changed while they were read; a program that the kernel did not
// keep, or that no kernel would take; answers that contradict the kernel's own.
tl::expected<SeccompView, Gap> seccomp_view(Witness& witness);

// One program by itself, which has passed check_program().
SeccompView seccomp_view(SeccompProgram program, const std::vector<SyscallAbi>& abis);

} // namespace sbx
