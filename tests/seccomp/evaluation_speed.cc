// evaluation_speed: how long does a container's profile take, as libseccomp compiles it? Prints the best of
// five for the table of one way into the kernel, for all three, and for naming it; exits 1 when the first
// took over 50 ms. Built as released.
#include "seccomp/compiled_profile.h"
#include "seccomp/profile_match.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace {

using namespace sbx;

constexpr double most_ms = 50;

template <class Work> double best_of_five(const Work& work) {
  double best = 1e9;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  return best;
}

} // namespace

int main() {
  const auto abis = abis_of("x86_64");
  const auto program = compile_profile(load_profile("containers-common/0.50.1.json"), {0, abis, {}});
  if (!program)
    return 2;
  const SeccompChain chain{&*program};
  const double one = best_of_five([&] {
    SeccompBudget budget;
    effective_table(chain, {SyscallAbi::x86_64}, budget);
  });
  const double all = best_of_five([&] {
    SeccompBudget budget;
    effective_table(chain, abis, budget);
  });
  SeccompBudget budget;
  const EffectiveTable table = effective_table(chain, abis, budget);
  const double named = best_of_five([&] { match_profile(table, {}); });
  std::printf("%zu instructions: %.2f ms for x86_64, %.2f ms for all ways into the kernel, %.2f ms to name "
              "it; the limit for "
              "the first is %.0f\n",
              program->size(), one, all, named, most_ms);
  return one <= most_ms && program->size() > 1000 ? 0 : 1;
}
