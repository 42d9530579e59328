#include "probes/landlock.h"

#include "probes/landlock_claims.h"
#include "probes/landlock_domain_claims.h"
#include "probes/landlock_offered.h"
#include "probes/landlock_openings.h"
#include "probes/landlock_proved.h"
#include "probes/landlock_warnings.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

// What helps against this gap: privilege where that was missing, else the way that needs no kernel memory.
std::string remedy_for(const Gap& gap) {
  return gap.kind == GapKind::denied ? "run as root, or with CAP_BPF and CAP_PERFMON, outside of the "
                                       "sandbox: only kernel memory says which domain "
                                       "another process is in"
                                     : "run 'sbx-attest inspect self' inside the sandbox: it counts the "
                                       "layers without reading kernel memory";
}

std::string times(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// "level 2 of kernel ABI 7: 1 layer, 9 rules; not handled: truncate, bind_tcp"
std::string summary(const LandlockReach& reach, const std::optional<unsigned>& kernel_abi) {
  std::string text = fmt::format("level {}", reach.level);
  if (kernel_abi)
    text += fmt::format(" of kernel ABI {}", *kernel_abi);
  text += fmt::format(": {}, {}", times(reach.layers, "layer"), times(reach.rules, "rule"));
  if (reach.domains > 1)
    text += fmt::format(" (the weakest of {} domains)", reach.domains);
  std::vector<std::string_view> open;
  if (kernel_abi)
    for (const LandlockRight& right : landlock_not_handled(reach.masks, *kernel_abi))
      open.push_back(right.name);
  if (!open.empty())
    text += fmt::format("; not handled: {}", fmt::join(open, ", "));
  return text;
}

// Rules that were not read leave what is handled to say that something is restricted.
std::optional<std::string> nothing_restricted(const LandlockDomain& domain,
                                              const std::vector<LandlockPlace>& places,
                                              std::optional<unsigned> kernel_abi) {
  if (domain.rules_gap)
    return std::nullopt;
  const LandlockNothing nothing = restricts_nothing(LandlockOpenings(domain, places, kernel_abi));
  if (!nothing.nothing)
    return std::nullopt;
  return std::string("it restricts nothing") +
         (nothing.all_but_refer ? " but linking and renaming across directories" : "") +
         ": every layer grants everything below /";
}

// Whether it restricts anything may rest on rules that were not read, or whose files could not be looked up:
// any of those may be the target's /.
std::optional<Gap> restriction_unseen(const LandlockDomain& domain, std::vector<LandlockPlace> places,
                                      std::optional<unsigned> kernel_abi) {
  if (domain.rules_gap) {
    const bool sure = std::any_of(domain.layers.begin(), domain.layers.end(), [](const LandlockLayer& layer) {
      return layer.net != 0 || layer.scoped != 0;
    });
    return sure ? std::nullopt
                : std::optional(Gap{GapKind::not_attempted, std::string(source::target_landlock.name),
                                    "its rules were not read, and may grant everything below /"});
  }
  for (LandlockPlace& place : places)
    if (place.status == PlaceStatus::unknown)
      place = {PlaceStatus::live, "/", {}, ""};
  if (!restricts_nothing(LandlockOpenings(domain, places, kernel_abi)).nothing)
    return std::nullopt;
  return Gap{GapKind::denied, std::string(source::target_paths.name),
             "rules whose files could not be looked up may grant everything below /"};
}

std::string outside(const LandlockReach& reach) {
  const std::size_t more = reach.tally.without - reach.outside.size();
  return fmt::format("{} of {} threads confined; outside: {}{}", reach.tally.with, reach.tally.total(),
                     fmt::join(reach.outside, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

std::size_t threads_shown(Witness& witness) {
  return witness.tasks().match([](const Seen<Tasks>& tasks) { return counted(tasks.value()).size(); },
                               [](const Gap&) { return std::size_t{0}; });
}

Claims domain_list(Witness& witness, const LandlockDomains& domains, const LandlockDomain* weakest,
                   std::optional<unsigned> kernel_abi) {
  Claims list = Claims::array();
  for (std::size_t i = 0; i < domains.domains.size(); ++i)
    list.push_back(landlock_domain_claims(witness, domains, i, &domains.domains[i] == weakest, kernel_abi));
  return list;
}

Finding judged(const Seen<LandlockDomains>& domains, const LandlockReach& reach,
               const LandlockOffered& offered, const std::vector<LandlockPlace>& places) {
  if (reach.gap && reach.tally.without == 0)
    return Finding::unknown(*reach.gap);
  switch (judge(reach.tally)) {
  case State::enforced:
    if (reach.level == 0)
      return Finding::partial(domains, summary(reach, offered.abi) + "; less than the file rights of ABI 1")
          .remedy("handle every file system right of the ABI that the kernel offers, not only some");
    if (const auto nothing = nothing_restricted(*reach.weakest, places, offered.abi))
      return Finding::partial(domains, *nothing + "; " + summary(reach, offered.abi))
          .remedy("grant rights on the directories that are needed, not on /");
    if (auto unseen = restriction_unseen(*reach.weakest, places, offered.abi))
      return Finding::unknown(std::move(*unseen));
    return Finding::enforced(domains, summary(reach, offered.abi));
  case State::partial:
    return Finding::partial(domains, outside(reach))
        .remedy("threads that ran before the restriction are not in it; restrict before starting threads, or "
                "with "
                "LANDLOCK_RESTRICT_SELF_TSYNC (ABI 8)");
  case State::absent:
    return Finding::absent(domains, "no thread is in a Landlock domain");
  case State::unknown:
  case State::not_applicable:
    break;
  }
  return Finding::unknown(
      reach.gap.value_or(Gap{GapKind::malformed, std::string(domains.source().name), "no thread was seen"}));
}

// "1 layer, which handles at least: bind_tcp, signal; the rest was not seen: ..."
std::string from_inside(unsigned depth, const std::optional<LandlockProved>& proved, const Gap& gap) {
  if (!proved || proved->rights.empty())
    return fmt::format("{}; what they handle was not seen: {}", times(depth, "layer"), gap.detail);
  return fmt::format("{}; handled is at least, as trials showed: {}; the rest was not seen: {}",
                     times(depth, "layer"), fmt::join(proved->rights, ", "), gap.detail);
}

// The level is known only where nothing is left that could be lower or higher.
Finding with_proved_claims(Finding finding, const std::optional<LandlockProved>& proved,
                           const std::optional<unsigned>& kernel_abi) {
  if (!proved)
    return finding;
  finding.claim("proved_handled", proved->rights).claim("proved_level", proved->level);
  if (proved->level == kernel_abi)
    finding.claim("level", proved->level);
  return finding;
}

// Without kernel memory: what the trial in a child of ours proves. It counts the layers of the inspector, so
// it says something of the target only when that is the inspector itself; and where there is no Landlock
// there is no domain.
Finding without_memory(Witness& witness, const Gap& gap, const LandlockOffered& offered) {
  const bool self = witness.identity().match([](const Seen<Identity>& id) { return id.value().self; },
                                             [](const Gap&) { return false; });
  return witness.landlock_trial().match(
      [&](const Seen<LandlockTrial>& trial) {
        if (offered.none_can_exist)
          return with_landlock_claims(Finding::absent(trial, offered.words),
                                      LandlockReach::none(threads_shown(witness)), offered);
        if (!self || !trial.value().depth)
          return with_landlock_claims(Finding::unknown(gap).remedy(remedy_for(gap)), std::nullopt, offered);
        const unsigned depth = *trial.value().depth;
        if (depth == 0)
          return with_landlock_claims(
              Finding::absent(trial, "no layer on this process: the kernel had room for all 16"),
              LandlockReach::none(threads_shown(witness)), offered);
        const auto proved = landlock_proved(witness, trial.value());
        return with_proved_claims(
            Finding(with_landlock_claims(
                        Finding::enforced(trial, from_inside(depth, proved, gap)).remedy(remedy_for(gap)),
                        std::nullopt, offered)
                        .claim("layers", depth)
                        .claim("tasks_confined", 1)
                        .claim("tasks_total", 1)),
            proved, offered.abi);
      },
      [&](const Gap&) {
        return with_landlock_claims(Finding::unknown(gap).remedy(remedy_for(gap)), std::nullopt, offered);
      });
}

} // namespace

Finding landlock(Witness& witness) {
  const LandlockOffered offered = landlock_offered(witness);
  return witness.landlock_domains().match(
      [&](const Seen<LandlockDomains>& domains) {
        const LandlockReach reach = landlock_reach(domains.value(), offered.abi);
        const auto places =
            reach.weakest ? landlock_places(witness, *reach.weakest) : std::vector<LandlockPlace>();
        Finding finding = judged(domains, reach, offered, places);
        if (finding.state() == State::unknown && (reach.gap || !reach.weakest)) // the weakest may not be seen
          return with_landlock_claims(std::move(finding), std::nullopt, offered);
        finding = with_landlock_claims(std::move(finding), reach, offered);
        return std::move(finding)
            .claim("rule_list", reach.weakest ? landlock_rules_claims(*reach.weakest, places, offered.abi)
                                              : Claims::array())
            .claim("domain_list", domain_list(witness, domains.value(), reach.weakest, offered.abi))
            .claim("warnings", warning_claims(landlock_warnings(witness, reach, offered, places)));
      },
      [&](const Gap& gap) { return without_memory(witness, gap, offered); });
}

} // namespace sbx
