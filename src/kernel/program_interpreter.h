// Which other program does the kernel start in the place of, or before, this one? PT_INTERP of elf(5), or the
// #! of execve(2).
#pragma once

#include <optional>
#include <string>

namespace sbx {

// Of an open regular file, of which a few thousand bytes are read: the path as it stands there; empty for an
// ELF program that needs none; nothing for what is neither, or was not understood.
std::optional<std::string> program_interpreter(int file);

} // namespace sbx
