// Which thread speaks for the process? The main one, or another where that has exited before the others: its
// files of mounts and root are empty then.
#pragma once

#include "core/reading.h"
#include "kernel/fd.h"
#include "kernel/proc_target.h"

#include <functional>

namespace sbx {

// What `open` gives of /proc/PID, else of the first /proc/PID/task/TID that does not refuse it as a thread
// without it does (EINVAL, ENOENT, ESRCH); the main thread's errno when none is left.
tl::expected<Fd, Refusal> open_living(const ProcTarget& target,
                                      const std::function<tl::expected<Fd, int>(int task)>& open);

// /proc/PID/mountinfo, read again where the kernel says that a mount came or went meanwhile; a last line
// "moving" where it never was whole (parse/mountinfo.h).
Reading read_mountinfo(const ProcTarget& target);
Reading read_own_mountinfo(const ProcTarget& target); // of this process, by the target's /proc

} // namespace sbx
