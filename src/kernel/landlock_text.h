// How is a reading of Landlock domains written down? As the lines of target/landlock, tokens one space apart:
//   offset BYTES symbol=BYTES|- calibrated=BYTES|-   place of the domain in the credentials, and who says so
//   settled yes|no                                   whether two consecutive passes over the threads agreed
//   task TID start=NS domain=N real=N exited=0|1 name=TEXT   0 is no domain; real is that of real_cred
//   domain N layers=K rules=R                        followed by its layers:
//   layer N I object=K fs=0xM net=0xM scoped=0xM [id=U] [denials=U] [pid=U uid=U comm=TEXT exe=TEXT]   1 is
//   the oldest rule N LAYER:0xM,... port=U rule N LAYER:0xM,... dev=MAJOR:MINOR inode=U fs=TYPE mode=OCTAL
//   nlink=U [name=TEXT|was=TEXT] rule N LAYER:0xM,... gone                        its file system was
//   unmounted
// LAYER:0xM is what each layer grants. name is the path from the root of the file system, was the last one
// that a removed file had; neither: the kernel holds none. `domain N layers=K rules=R unread=ERRNO` has no
// rule lines. object=K is the same number for the same layer in all that one run reads. TEXT is escaped(),
// with spaces as \x20. TID is a number of our PID namespace, as in /proc; pid is one of the initial PID
// namespace. Tokens in brackets are left out where the kernel keeps nothing of the kind. Masks are as the
// kernel stores them.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_objects.h"
#include "kernel/landlock_offset.h"
#include "kernel/landlock_record.h"

namespace sbx {

// Kernel addresses never appear: domains are numbered from 1 in the order in which tasks name them. A domain
// that contradicts itself (layers out of range, a chain of another length, rules that are not as many as it
// says) refuses the whole reading with EBADMSG; rules that were not to be had are written as such.
Reading landlock_text(const landlock_layout& layout, const LandlockOffset& offset,
                      const LandlockSnapshot& snapshot, bool settled, LandlockObjects& objects);

} // namespace sbx
