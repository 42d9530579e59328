// Everything about the filters of a process, or about one program: what `sbx-attest seccomp` shows and
// writes.
#pragma once

#include "core/warning.h"
#include "probes/seccomp_view.h"
#include "seccomp/profile_match.h"

#include <string>
#include <vector>

namespace sbx {

struct SeccompAsk {
  std::vector<std::string> only; // these system calls alone; empty: all
  bool disassembly = false;
};

// {"filters","chains","profile","abis","architectures","warnings"}; docs/seccomp.md says what stands in each.
// `abis` has the names of the architectures in their order, the native one first.
Claims seccomp_document(const SeccompView& view, const MatchSubject& subject,
                        const std::vector<Warning>& warnings, const SeccompAsk& ask);

} // namespace sbx
