#include "seccomp/program_check.h"

#include "seccomp/opcode.h"

#include <fmt/core.h>

namespace sbx {

namespace {

using Program = std::vector<SeccompInstruction>;

constexpr std::size_t instruction_bytes = 8;

// What no other instruction matters for. Nothing: it is well.
std::optional<std::string> check_instruction(const Program& program, std::size_t at) {
  const SeccompInstruction& it = program[at];
  const std::size_t left = program.size() - at - 1;
  if (!bpf::is_admitted(it.code))
    return fmt::format("has the code {:#06x}, which no filter may use", it.code);
  if (bpf::is_branch(it.code))
    return it.jt >= left || it.jf >= left ? std::optional<std::string>("jumps behind the end") : std::nullopt;
  switch (it.code) {
  case bpf::alu | bpf::div | bpf::of_k:
    return it.k == 0 ? std::optional<std::string>("divides by zero") : std::nullopt;
  case bpf::alu | bpf::lsh | bpf::of_k:
  case bpf::alu | bpf::rsh | bpf::of_k:
    return it.k >= 32 ? std::optional(fmt::format("shifts by {} bits", it.k)) : std::nullopt;
  case bpf::ld | bpf::mem:
  case bpf::ldx | bpf::mem:
  case bpf::st:
  case bpf::stx:
    return it.k >= bpf::memory_words ? std::optional(fmt::format("uses M[{}]: there are {}", it.k, 16))
                                     : std::nullopt;
  case bpf::jmp | bpf::ja:
    return it.k >= left ? std::optional<std::string>("jumps behind the end") : std::nullopt;
  case bpf::ld | bpf::abs:
    return it.k >= bpf::data_size || it.k % 4 != 0
               ? std::optional(fmt::format("loads at {}, which is no word of struct seccomp_data", it.k))
               : std::nullopt;
  default:
    return std::nullopt;
  }
}

// check_load_and_stores() of net/core/filter.c: is each word of memory written before it is read, on every
// path? `written` goes on behind a return, as it does there: what the kernel refuses for it, is refused here.
std::optional<std::size_t> reads_unwritten(const Program& program) {
  constexpr unsigned all = 0xffff;
  std::vector<unsigned> on_every_path(program.size(), all);
  unsigned written = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const SeccompInstruction& it = program[at];
    written &= on_every_path[at];
    if (bpf::is_branch(it.code)) {
      on_every_path[at + 1 + it.jt] &= written;
      on_every_path[at + 1 + it.jf] &= written;
      written = all;
      continue;
    }
    switch (it.code) {
    case bpf::st:
    case bpf::stx:
      written |= 1U << it.k;
      break;
    case bpf::ld | bpf::mem:
    case bpf::ldx | bpf::mem:
      if ((written >> it.k & 1) == 0)
        return at;
      break;
    case bpf::jmp | bpf::ja:
      on_every_path[at + 1 + it.k] &= written;
      written = all;
      break;
    default:
      break;
    }
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> check_program(const Program& program) {
  if (program.empty())
    return "it has no instruction";
  if (program.size() > bpf::most_instructions)
    return fmt::format("it has {} instructions: {} are the most", program.size(), bpf::most_instructions);
  for (std::size_t at = 0; at < program.size(); ++at)
    if (const auto wrong = check_instruction(program, at))
      return fmt::format("instruction {} {}", at, *wrong);
  if (bpf::class_of(program.back().code) != bpf::ret)
    return "the last instruction is no return";
  if (const auto at = reads_unwritten(program))
    return fmt::format("instruction {} reads M[{}], which may not have been written", *at, program[*at].k);
  return std::nullopt;
}

Result<Program> parse_raw_program(std::string_view bytes) {
  const auto wrong = [](const std::string& what) {
    return error(ErrorKind::failure, "it is no seccomp filter: " + what);
  };
  if (bytes.size() % instruction_bytes != 0)
    return wrong(fmt::format("{} bytes are no whole instructions of {}", bytes.size(), instruction_bytes));
  if (bytes.size() / instruction_bytes > bpf::most_instructions) // before any is copied
    return wrong(fmt::format("more than {} instructions", bpf::most_instructions));
  Program program;
  program.reserve(bytes.size() / instruction_bytes);
  for (std::size_t at = 0; at < bytes.size(); at += instruction_bytes) {
    const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[at + i])}; };
    program.push_back({static_cast<std::uint16_t>(byte(0) | byte(1) << 8), static_cast<std::uint8_t>(byte(2)),
                       static_cast<std::uint8_t>(byte(3)),
                       byte(4) | byte(5) << 8 | byte(6) << 16 | byte(7) << 24});
  }
  if (const auto what = check_program(program))
    return wrong(*what);
  return program;
}

} // namespace sbx
