#include "doctor/landlock_ability.h"

#include "core/errno_name.h"
#include "doctor/suspects.h"
#include "rules/landlock_answer.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr unsigned most_layers = 16; // LANDLOCK_MAX_NUM_LAYERS

nlohmann::json number(const LandlockTrial::Answer& answer) {
  return answer ? nlohmann::json(*answer) : nlohmann::json(nullptr);
}

Suspects who_forbids_it(const DoctorScene& scene, const tl::expected<unsigned, int>& abi) {
  Suspects suspects;
  const LandlockAnswer answer = landlock_answer(abi, is_filtered(scene).value_or(true), scene.lsms);
  switch (answer.offer) {
  case LandlockOffer::available:
    break;
  case LandlockOffer::not_built:
    suspects.establish(Cause::not_built, "this kernel has no Landlock");
    break;
  case LandlockOffer::not_enabled:
    suspects.establish(Cause::not_enabled,
                       "Landlock is built into this kernel, but not in its list of active modules");
    break;
  case LandlockOffer::refused:
    // The question for the version meets no permission in the kernel: only a filter answers it so.
    if (is_filtered(scene) == true)
      suspects.establish(Cause::seccomp_filter,
                         fmt::format("the seccomp filter on this process answers {} to {}",
                                     errno_name(abi.error()), "landlock_create_ruleset"));
    suspect_filter(suspects, scene);
    break;
  case LandlockOffer::unclear:
    if (has_lsm(scene, "landlock") == true)
      suspects.establish(
          Cause::seccomp_filter,
          fmt::format("the seccomp filter on this process answers {} to {}, though Landlock is active",
                      errno_name(abi.error()), "landlock_create_ruleset"));
    suspects.suspect(abi.error() == ENOSYS ? "a kernel without Landlock"
                                           : "a kernel that leaves Landlock out");
    suspect_filter(suspects, scene);
    break;
  }
  return suspects;
}

// Of the errata that were fixed, by their numbers: bit 0 is the first.
std::string errata_words(const LandlockTrial::Answer& errata) {
  if (!errata)
    return "";
  std::string numbers;
  for (unsigned bit = 0; bit < 32; ++bit)
    if ((*errata >> bit & 1) != 0)
      numbers += (numbers.empty() ? "" : " ") + std::to_string(bit + 1);
  return numbers.empty() ? ", no errata fixed" : ", errata fixed: " + numbers;
}

} // namespace

Ability landlock_ability(const DoctorScene& scene) {
  Ability ability = that_works("landlock", "Landlock", "");
  ability.claims = {{"abi", nullptr}, {"errata", nullptr}, {"layers", nullptr}, {"layers_left", nullptr}};
  if (!scene.landlock)
    return not_known("landlock", "Landlock", "it was not tried");
  const LandlockTrial& trial = *scene.landlock;
  ability.claims = {{"abi", number(trial.abi)},
                    {"errata", number(trial.errata)},
                    {"layers", number(trial.depth)},
                    {"layers_left", trial.depth && *trial.depth <= most_layers
                                        ? nlohmann::json(most_layers - *trial.depth)
                                        : nlohmann::json(nullptr)}};
  if (!trial.abi)
    return decided(std::move(ability), scene, {"landlock.abi", TrialEnd::error, trial.abi.error()},
                   who_forbids_it(scene, trial.abi));
  if (trial.depth == most_layers) {
    Suspects suspects;
    suspects.establish(Cause::landlock_full,
                       "this process lives under sixteen Landlock layers, the most there can be");
    return decided(std::move(ability), scene, {"landlock.restrict_self", TrialEnd::error, E2BIG},
                   std::move(suspects));
  }
  for (const LandlockTrial::Step& step : trial.steps)
    if (!step.as_expected() && (step.action == "restrict_self" || step.action == "open_denied")) {
      Suspects suspects;
      suspect_filter(suspects, scene);
      const auto error = errno_from_name(step.outcome);
      return decided(
          std::move(ability), scene,
          {"landlock." + step.action, error ? TrialEnd::error : TrialEnd::ineffective, error.value_or(0)},
          std::move(suspects));
    }
  if (trial.steps.empty() || !trial.depth)
    return not_known("landlock", "Landlock",
                     fmt::format("ABI {}, but it was not put on in a trial", *trial.abi));
  ability.detail = fmt::format("ABI {}{}; {} of {} layers left", *trial.abi, errata_words(trial.errata),
                               most_layers - *trial.depth, most_layers);
  return ability;
}

} // namespace sbx
