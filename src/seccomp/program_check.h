// Would the kernel take this program as a seccomp filter? bpf_check_classic() of net/core/filter.c and
// seccomp_check_filter() of kernel/seccomp.c. What passes ends for every input, and reads nothing but struct
// seccomp_data.
#pragma once

#include "core/error.h"
#include "parse/seccomp_filters.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// What is wrong and at which instruction: "instruction 7 jumps behind the end". Nothing: the kernel would
// take it.
std::optional<std::string> check_program(const std::vector<SeccompInstruction>& program);

// A file of struct sock_filter, 8 bytes each, in the byte order of x86 and Arm; checked.
Result<std::vector<SeccompInstruction>> parse_raw_program(std::string_view bytes);

} // namespace sbx
