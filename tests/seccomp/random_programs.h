// Which programs might somebody put on as a seccomp filter? Random ones, of every instruction that the kernel
// admits, the same for the same seed.
#pragma once

#include "parse/seccomp_filters.h"

#include <cstdint>
#include <random>
#include <vector>

namespace sbx {

class RandomPrograms {
public:
  using Program = std::vector<SeccompInstruction>;

  // `values` are system calls, architectures and arguments that calls will have: comparisons are made of
  // them.
  // With `below`, all are numbers below that instead: then tests of one word often meet.
  RandomPrograms(std::uint64_t seed, std::vector<std::uint32_t> values, std::uint32_t below = 0)
      : random_(seed), values_(std::move(values)), below_(below) {}

  Program valid(std::size_t most);   // of at least two instructions
  Program ladder(std::size_t tests); // of one word alone, each leading to another or to an end
  Program any(std::size_t most);     // one of them, and up to three things changed: most are refused

  std::uint32_t number(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  bool one_in(std::uint32_t times) { return number(times) == 0; }
  std::uint32_t word() { return static_cast<std::uint32_t>(random_()); }
  std::uint32_t value(); // one of `values`, or near one, or its bits, or anything

private:
  SeccompInstruction instruction(std::size_t left);
  void idiom(Program& program, std::size_t left);
  SeccompInstruction arithmetic();
  SeccompInstruction jump(std::size_t left);
  void give_back(Program& program);

  std::mt19937_64 random_;
  std::vector<std::uint32_t> values_;
  std::uint32_t below_;
};

} // namespace sbx
