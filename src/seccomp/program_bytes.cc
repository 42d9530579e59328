#include "seccomp/program_bytes.h"

namespace sbx {

std::string program_bytes(const SeccompProgram& program) {
  std::string bytes;
  bytes.reserve(program.size() * 8);
  const auto add = [&](std::uint32_t value, unsigned count) {
    for (; count > 0; --count, value >>= 8)
      bytes += static_cast<char>(value & 0xff);
  };
  for (const SeccompInstruction& it : program) {
    add(it.code, 2);
    add(it.jt, 1);
    add(it.jf, 1);
    add(it.k, 4);
  }
  return bytes;
}

} // namespace sbx
