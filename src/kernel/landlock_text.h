// How is a reading of Landlock domains written down? As the lines of target/landlock, tokens one space apart:
//   offset BYTES symbol=BYTES|- calibrated=BYTES|-   place of the domain in the credentials, and who says so
//   settled yes|no                                   whether two consecutive passes over the threads agreed
//   task TID start=NS domain=N real=N exited=0|1 name=TEXT   0 is no domain; real is that of real_cred
//   domain N layers=K rules=R                        followed by its layers:
//   layer N I fs=0xM net=0xM scoped=0xM [id=U] [denials=U] [pid=U uid=U comm=TEXT exe=TEXT]   1 is the oldest
// TEXT is escaped(), with spaces as \x20. TID is a number of our PID namespace, as in /proc; pid is one of
// the initial PID namespace. Tokens in brackets are left out where the kernel keeps nothing of the kind.
// Masks are as the kernel stores them.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_offset.h"
#include "kernel/landlock_record.h"

namespace sbx {

// Kernel addresses never appear: domains are numbered from 1 in the order in which tasks name them. A domain
// that contradicts itself (layers out of range, a chain of another length) refuses the whole reading with
// EBADMSG.
Reading landlock_text(const landlock_layout& layout, const LandlockOffset& offset,
                      const LandlockSnapshot& snapshot, bool settled);

} // namespace sbx
