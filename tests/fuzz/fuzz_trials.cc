#include "parse/trials.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto trials = parse_trials(std::string_view(reinterpret_cast<const char*>(data), size));
  if (trials)
    for (const Trial& trial : trials->tried)
      if ((trial.end == TrialEnd::error) != (trial.error > 0) || trials->find(trial.id) != &trial)
        std::abort();
  return 0;
}
