// Do the BPF programs load on the running kernel, and how far are they from the verifier's limit? Needs
// CAP_BPF and CAP_PERFMON. Prints each program with its count; exits 1 when one does not load or costs too
// much.
#include "core/errno_name.h"
#include "kernel/kernel_btf.h"
#include "kernel/landlock_layout.h"
#include "kernel/landlock_program.h"

#include <cstdio>

namespace {

constexpr std::uint32_t most_insns =
    100'000; // of 1,000,000: kernels since 6.19 explore several times more states
constexpr std::size_t programs = 4, ring_bytes = 1 << 18;
constexpr int abi = 7;

int fail(const std::string& why) {
  std::printf("verifier_budget: %s\n", why.c_str());
  return 1;
}

} // namespace

int main() {
  const auto file = sbx::KernelBtf::open();
  if (!file)
    return fail(file.error().detail);
  const auto btf =
      sbx::Btf::parse(file->bytes(), sbx::structs_of(sbx::landlock_rows()), {sbx::task_iterator_function});
  if (!btf)
    return fail(btf.error());
  const auto layout = sbx::resolve_landlock_layout(*btf, abi);
  const auto iterator = btf->function_id(sbx::task_iterator_function);
  if (!layout || !iterator)
    return fail(layout ? "no bpf_iter_task" : layout.error().text);
  const auto program = sbx::LandlockProgram::load(*layout, *iterator, ring_bytes);
  if (!program)
    return fail(sbx::errno_name(program.error().error) + ": " + program.error().detail);
  const auto counts = program->verified_insns();
  if (counts.size() != programs)
    return fail("not every program says what it cost");
  int status = 0;
  for (const auto& [name, count] : counts) {
    std::printf("%s %u\n", name.c_str(), count);
    if (count == 0 || count > most_insns)
      status = fail(name + " is over the budget of " + std::to_string(most_insns));
  }
  return status;
}
