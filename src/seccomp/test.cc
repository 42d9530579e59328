#include "seccomp/test.h"

namespace sbx {

bool passes(const SeccompTest& test, std::uint32_t word) {
  const std::uint32_t masked = word & test.mask;
  switch (test.op) {
  case SeccompTest::Op::equal:
    return masked == test.value;
  case SeccompTest::Op::greater:
    return masked > test.value;
  case SeccompTest::Op::at_least:
    return masked >= test.value;
  case SeccompTest::Op::any_bit:
    return (masked & test.value) != 0;
  case SeccompTest::Op::computed:
    break;
  }
  return false;
}

} // namespace sbx
