// Do the BPF programs load on the running kernel, and how far are they from the verifier's limit? Needs
// CAP_BPF and CAP_PERFMON. Prints each program with its count; exits 1 when one does not load or costs too
// much.
#include "core/errno_name.h"
#include "kernel/kernel_memory.h"
#include "kernel/landlock_layout.h"
#include "kernel/landlock_program.h"
#include "kernel/seccomp_layout.h"
#include "kernel/seccomp_program.h"
#include "kernel/tracer.h"

#include <cstdio>

namespace {

constexpr std::uint32_t most_insns =
    100'000; // of 1,000,000: kernels since 6.19 explore several times more states
constexpr std::size_t ring_bytes = 1 << 18;
constexpr int abi = 7;

int fail(const std::string& why) {
  std::printf("verifier_budget: %s\n", why.c_str());
  return 1;
}

std::string said(const sbx::Refusal& why) { return sbx::errno_name(why.error) + ": " + why.detail; }

int check_counts(const char* object, std::size_t programs,
                 const std::vector<std::pair<std::string, std::uint32_t>>& counts) {
  if (counts.size() != programs)
    return fail("not every program says what it cost");
  int status = 0;
  for (const auto& [name, count] : counts) {
    std::printf("%s.%s %u\n", object, name.c_str(), count);
    if (count == 0 || count > most_insns)
      status = fail(name + " is over the budget of " + std::to_string(most_insns));
  }
  return status;
}

template <class Program, class Layout, class Resolve>
int check(const char* object, std::size_t programs, const sbx::LayoutRows<Layout>& rows, Resolve&& resolve) {
  const auto places = sbx::find_places<Layout>(rows, resolve);
  if (!places)
    return fail(said(places.error()));
  const auto program = Program::load(places->layout, places->task_iterator, ring_bytes);
  return program ? check_counts(object, programs, program->verified_insns()) : fail(said(program.error()));
}

int check_tracer(const sbx::TracePlan& plan) {
  const auto tracer = sbx::Tracer::attach(plan);
  return tracer ? check_counts("trace", 12, tracer->verified_insns()) : fail(said(tracer.error()));
}

} // namespace

int main() {
  const int landlock =
      check<sbx::LandlockProgram>("landlock", 4, sbx::landlock_rows(),
                                  [](const sbx::Btf& btf) { return sbx::resolve_landlock_layout(btf, abi); });
  const int seccomp =
      check<sbx::SeccompProgram>("seccomp", 2, sbx::seccomp_rows(), sbx::resolve_seccomp_layout);
  const int trace = check_tracer({}) | check_tracer({sbx::HoldWhen::exec, "sh"});
  return landlock | seccomp | trace;
}
