// What do the instructions of a filter say, for people? A line for each, with the names of what it compares.
#pragma once

#include "rules/syscall_abi.h"
#include "seccomp/evaluate.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sbx {

struct DisassemblyLine {
  std::size_t index = 0; // in the program, from 0
  SeccompInstruction instruction;
  bool target = false; // a jump may lead here; that to the next instruction is no jump
  std::string raw;     // code, jt, jf, k as they are, all lines equally wide
  std::string text;    // "ld [args[0].low]", "jeq #0x5401, next, L9", "return errno EPERM"
  std::string comment; // "openat", "openat of i386", "openat if x86_64" where it may be another; or empty
};

// Of any program, malformed ones too: a jump behind the end leads to a label that no line has. `abis` are the
// ways into the machine, its native one first: numbers are named by the one whose architecture was tested on
// the way there, and by the native one where that is open.
std::vector<DisassemblyLine> disassembly(const SeccompProgram& program, const std::vector<SyscallAbi>& abis);

std::string label_of(std::size_t index); // "L12"

} // namespace sbx
