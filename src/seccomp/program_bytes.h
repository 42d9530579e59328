// The bytes of a program as the kernel takes and gives them: an array of struct sock_filter, on x86 and Arm.
#pragma once

#include "seccomp/evaluate.h"

#include <string>

namespace sbx {

std::string program_bytes(const SeccompProgram& program); // 8 for each instruction

} // namespace sbx
