// What does a refusal mean? One table: which errno leaves which kind of gap. None of them ever means "is not
// there".
#pragma once

#include "core/gap.h"
#include "core/reading.h"
#include "core/source.h"

namespace sbx {

// `filtered`: the inspector itself runs under a seccomp filter (or could not tell). Then ENOSYS and
// EOPNOTSUPP may be that filter's answer instead of the kernel's, and prove nothing.
Gap gap_of(Source source, const Refusal& refusal, bool filtered);
GapKind gap_kind_of(Source source, int error, bool filtered);

} // namespace sbx
