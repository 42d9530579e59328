// How is a reading of seccomp filters written down? As the lines of target/seccomp, tokens one space apart:
//   settled yes|no [via=ptrace]                       whether two consecutive passes over the threads agreed
//   task TID start=NS mode=M filter=N|- count=C exited=0|1         N is the newest filter, 0 is none
//   filter N prev=P len=L|- log=0|1 notify=0|1|- wait_killable=0|1|- native=HEX|- compat=HEX|-
//   program N HEX                                                  follows each that has a length
// The filter P was there before N and goes on to be asked; 0 is none, and P is always smaller than N. len is
// in instructions; a minus: the kernel kept no original. HEX is raw memory: the program is an array of struct
// sock_filter, native and compat are bitmaps of the system calls that N and all before it always allow, the
// first 512 at most; a minus: this kernel keeps none. TID is a number of our PID namespace, as in /proc.
// Shown by ptrace(2), it says so, and notify, wait_killable, native and compat are a minus; start is as exact
// as clock ticks are; and filters that are alike in all that is written, on the same one before, are one.
// Where the passes did not agree there are no filters, and `filter=-` is one that was not read.
#pragma once

#include "core/reading.h"
#include "kernel/seccomp_record.h"

namespace sbx {

// Kernel addresses never appear: filters are numbered from 1, older ones first. Chains that contradict
// themselves refuse the whole reading with EBADMSG.
Reading seccomp_text(const seccomp_layout& layout, const SeccompSnapshot& snapshot, bool settled);

} // namespace sbx
