#include "parse/net_attempts.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto attempts = parse_net_attempts(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!attempts)
    return 0;
  for (const NetAttempt& it : *attempts) {
    const auto question = parse_attempt_question(it.path);
    if (!question || (it.error == 0 && !it.tried) || it.error < 0)
      std::abort();
  }
  return 0;
}
