#include "parse/landlock_trial.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto trial = parse_landlock_trial(text);
  if (trial)
    for (const auto& step : trial->steps)
      if (step.action.empty() || step.expected.empty() || step.outcome.empty())
        std::abort();
  if (trial)
    for (const auto& attempt : trial->present)
      if (attempt.right.empty() || attempt.object.empty() || attempt.ordinary.empty() ||
          attempt.outcome.empty())
        std::abort();
  return 0;
}
