#include "parse/net_ruleset.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rulesets = parse_net_ruleset(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!rulesets)
    return 0;
  if (rulesets->empty())
    std::abort();
  for (const NetRuleset& ruleset : *rulesets)
    for (const NetFilterTable& table : ruleset.tables)
      if (table.name.empty() || ruleset.error < 0)
        std::abort();
  return 0;
}
