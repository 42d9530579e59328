#include "probes/landlock_offered.h"

#include "rules/landlock_answer.h"

namespace sbx {

namespace {

std::optional<unsigned> number_of(const LandlockTrial::Answer& answer) {
  return answer ? std::optional(*answer) : std::nullopt;
}

} // namespace

LandlockOffered landlock_offered(Witness& witness) {
  using Names = std::vector<std::string>;
  const auto lsms =
      witness.active_lsms().match([](const Seen<Names>& seen) { return std::optional(seen.value()); },
                                  [](const Gap&) { return std::optional<Names>(); });
  const bool filtered = witness.self_status()
                            .field("Seccomp", &ProcStatus::seccomp)
                            .match([](const Seen<unsigned>& mode) { return mode.value() != 0; },
                                   [](const Gap&) { return true; });
  return witness.landlock_trial().match(
      [&](const Seen<LandlockTrial>& seen) {
        const LandlockTrial& trial = seen.value();
        const LandlockAnswer answer = landlock_answer(trial.abi, filtered, lsms);
        LandlockOffered offered{number_of(trial.abi), number_of(trial.errata), number_of(trial.depth),
                                answer.words,         answer.none_can_exist,   nlohmann::json::array()};
        if (answer.none_can_exist)
          offered.abi = 0; // seen: the kernel offers none
        for (const LandlockTrial::Step& step : trial.steps)
          offered.steps.push_back(
              {{"action", step.action}, {"expected", step.expected}, {"outcome", step.outcome}});
        return offered;
      },
      [](const Gap& gap) {
        LandlockOffered nothing;
        nothing.words = "not asked: " + gap.detail;
        return nothing;
      });
}

} // namespace sbx
