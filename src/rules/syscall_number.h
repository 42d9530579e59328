// Which number does a system call have on a machine? Names as in syscalls(2), numbers from libseccomp's
// tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// `machine` as uname(2) gives it. Nothing for a call that the machine does not have (aarch64 has no open(2)),
// and for machines whose filters are not read here.
std::optional<unsigned> syscall_number(std::string_view machine, const std::string& name);

bool knows_syscalls_of(std::string_view machine);

} // namespace sbx
