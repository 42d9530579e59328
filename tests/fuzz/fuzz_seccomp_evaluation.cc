// A call, and any bytes as the programs of a chain: what evaluate() says of all calls is true of this one.
#include "seccomp/branches.h"
#include "seccomp/concrete.h"
#include "seccomp/ends.h"
#include "seccomp/program_check.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

constexpr std::size_t most_ways = 200;

void demand(bool holds) {
  if (!holds)
    __builtin_trap();
}

bool among(const std::vector<sbx::SeccompAction>& actions, const sbx::SeccompAction& one) {
  return std::find(actions.begin(), actions.end(), one) != actions.end();
}

} // namespace

// struct seccomp_data, how many instructions the newer of two programs has (0: there is one), and the
// programs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  seccomp_data call{};
  if (size < sizeof call + 1)
    return 0;
  std::memcpy(&call, data, sizeof call);
  std::string_view code(reinterpret_cast<const char*>(data) + sizeof call + 1, size - sizeof call - 1);
  const std::size_t newer = std::size_t{data[sizeof call]} * 8;
  std::vector<sbx::SeccompProgram> programs;
  for (const std::string_view part : {code.substr(0, newer), code.substr(std::min(newer, code.size()))}) {
    if (part.empty() && newer == 0)
      continue;
    auto program = sbx::parse_raw_program(part);
    if (!program)
      return 0;
    programs.push_back(std::move(*program));
  }
  sbx::SeccompChain chain;
  for (const auto& program : programs)
    chain.push_back(&program);

  const sbx::SeccompAction truth = sbx::action_of(sbx::run_concretely(chain, call));
  const auto number = static_cast<std::uint32_t>(call.nr);
  sbx::Decisions decisions;
  sbx::SeccompBudget budget{200'000, 100'000};
  for (const auto& numbers :
       {sbx::WordSet::only(number), sbx::WordSet::between(number & ~255U, number | 255U), sbx::WordSet()}) {
    const auto decision = sbx::evaluate(chain, {numbers, call.arch}, decisions, budget);
    if (!decision)
      continue;
    demand(among(ends_of(decisions, *decision, call), truth));
    demand(among(actions_of(decisions, *decision), truth));
    const auto branches = branches_of(decisions, *decision, most_ways);
    std::size_t said = branches.cut ? 1 : 0;
    for (const auto& branch : branches.list) {
      bool holds = true;
      for (const auto& [word, values] : branch.words.list())
        holds = holds && values.contains(sbx::word_of(call, word));
      demand(!holds || branch.computed || branch.action == truth);
      said += holds && branch.action == truth;
    }
    demand(said > 0);
  }
  return 0;
}
