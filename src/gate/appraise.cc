#include "gate/appraise.h"

#include "core/some_of.h"
#include "gate/claim_rows.h"
#include "gate/judged.h"
#include "gate/seccomp_appraise.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

namespace sbx {

namespace {

std::string_view policy_list_words(std::string_view claim) {
  return claim == "skipped"         ? "wished paths that are missing in the sandbox:"
         : claim == "missing_rules" ? "wished paths that no rule is about:"
                                    : "rules that no policy asks for:";
}

std::string wanted_words(const Requirement& requirement) {
  switch (requirement.wants) {
  case Wants::enforced:
    return "enforced on every thread";
  case Wants::landlock_level:
    return fmt::format("enforced on every thread, level at least {}", requirement.number);
  case Wants::landlock_kernel_abi:
    return fmt::format("the kernel offers Landlock ABI {} or later", requirement.number);
  case Wants::seccomp_denies:
    return fmt::format("{} refused whatever the arguments are, on every thread, by every way into the kernel",
                       fmt::join(requirement.names, ", "));
  case Wants::seccomp_profile:
    return fmt::format("the filters, or one of them on every thread, equal {}", requirement.names.front());
  case Wants::seccomp_default:
    return fmt::format("a call without a rule is answered with {}, by every way into the kernel",
                       requirement.names.front());
  case Wants::policy_none:
    return fmt::format("{} none", policy_list_words(requirement.names.front()));
  case Wants::policy_drift:
    return "everything that the policy asks for is in force, or more";
  case Wants::claim:
    return std::string(requirement.row->wanted);
  }
  return {};
}

// A claim that is missing, null or no whole number was not seen.
std::optional<std::uint64_t> number_claim(const Finding& finding, const char* name) {
  const auto it = finding.claims().find(name);
  if (it == finding.claims().end() || !it->is_number_integer() || *it < 0)
    return std::nullopt;
  return it->get<std::uint64_t>();
}

// The rights that a newer ABI brought and this domain leaves open; empty optional where they were not seen.
std::optional<std::vector<std::string>> not_handled_claim(const Finding& finding) {
  const auto it = finding.claims().find("not_handled");
  if (it == finding.claims().end() || !it->is_array())
    return std::nullopt;
  std::vector<std::string> names;
  for (const Claims& entry : *it)
    if (entry.is_object() && entry.contains("right") && entry["right"].is_string())
      names.push_back(entry["right"].get<std::string>());
  return names;
}

std::string_view state_words(State state) {
  switch (state) {
  case State::enforced:
  case State::partial:
  case State::absent:
    return state_name(state);
  case State::unknown:
    return "not seen";
  case State::not_applicable:
    return "not applicable";
  }
  return "not seen";
}

std::string finding_words(const Finding& finding) {
  const std::string& summary = finding.summary();
  std::string out(state_words(finding.state()));
  if (!summary.empty())
    out += ": " + summary;
  if (finding.gap() && finding.gap()->detail != summary)
    out += fmt::format(" ({})", finding.gap()->detail);
  return out;
}

Verdict enforced_verdict(const Finding& finding) {
  switch (finding.state()) {
  case State::enforced:
    return Verdict::met;
  case State::partial:
  case State::absent:
    return Verdict::unmet;
  case State::unknown:
  case State::not_applicable:
    return Verdict::unknown;
  }
  return Verdict::unknown;
}

std::string abi_words(std::uint64_t abi) {
  return abi == 0 ? "the kernel offers no Landlock" : fmt::format("the kernel offers ABI {}", abi);
}

Judged too_low(const Finding& finding, std::uint64_t level, std::optional<std::uint64_t> kernel,
               unsigned wanted) {
  const auto open = not_handled_claim(finding);
  // Everything that we know of is handled and the kernel offers more: what it adds has no name here yet.
  if (kernel && *kernel >= wanted && open && open->empty())
    return {Verdict::unknown,
            fmt::format("level {}, all that this version of the tool knows; {}, whose further "
                        "rights it cannot check",
                        level, abi_words(*kernel))};
  std::string words = kernel ? fmt::format("level {} of kernel ABI {}", level, *kernel)
                             : fmt::format("level {}, kernel ABI not seen", level);
  if (open && !open->empty())
    words += fmt::format(": {} not handled", some_of(*open, 8));
  if (kernel)
    words += fmt::format("; landlock.kernel>={} would {} ({})", wanted,
                         *kernel >= wanted ? "be met" : "not be met either", abi_words(*kernel));
  return {Verdict::unmet, words};
}

// Enforced or unknown: the state alone does not decide, the numbers may. No domain has a level above the
// kernel's ABI, and the level that was seen is that of the weakest thread seen.
Judged judge_level(const Finding& finding, unsigned wanted) {
  const auto level = number_claim(finding, "level");
  const auto kernel = number_claim(finding, "kernel_abi");
  if (level && *level < wanted)
    return too_low(finding, *level, kernel, wanted);
  if (kernel && *kernel < wanted)
    return {Verdict::unmet, fmt::format("{}; {}, and no domain has a higher level", finding_words(finding),
                                        abi_words(*kernel))};
  if (finding.state() != State::enforced)
    return {Verdict::unknown, finding_words(finding)};
  if (const auto proved = number_claim(finding, "proved_level"); !level && proved && *proved >= wanted)
    return {Verdict::met, fmt::format("level at least {}, as trials showed", *proved)};
  if (!level)
    return {Verdict::unknown, finding_words(finding) + "; its level was not seen"};
  return {Verdict::met, kernel ? fmt::format("level {} of kernel ABI {}", *level, *kernel)
                               : fmt::format("level {}, kernel ABI not seen", *level)};
}

Judged judge_landlock(const Finding& finding, unsigned wanted) {
  switch (finding.state()) {
  case State::enforced:
  case State::unknown:
    return judge_level(finding, wanted);
  case State::partial:
  case State::absent:
  case State::not_applicable:
    return {enforced_verdict(finding), finding_words(finding)};
  }
  return {Verdict::unknown, finding_words(finding)};
}

Judged judge_kernel(const Finding& finding, unsigned wanted) {
  if (const auto abi = number_claim(finding, "kernel_abi"))
    return {*abi >= wanted ? Verdict::met : Verdict::unmet, abi_words(*abi)};
  std::string words = "the kernel's Landlock ABI was not seen";
  const auto answer = finding.claims().find("kernel_answer");
  if (answer != finding.claims().end() && answer->is_string())
    words += ": " + answer->get<std::string>();
  return {Verdict::unknown, words};
}

// Null where it is empty as far as it was seen, and not all was seen.
Judged judge_policy_list(const Finding& finding, const std::string& claim) {
  const auto list = finding.claims().find(claim);
  std::vector<std::string> names;
  if (list != finding.claims().end() && list->is_array())
    for (const Claims& entry : *list)
      names.push_back(entry.is_string() ? entry.get<std::string>() : std::string());
  if (!names.empty())
    return {Verdict::unmet, fmt::format("{}: {}", names.size(), some_of(names, 8))};
  if (list == finding.claims().end() || !list->is_array())
    return {Verdict::unknown, finding.gap() ? finding.gap()->detail
                                            : "the policy asks nothing of Landlock, or not all was seen"};
  return {Verdict::met, "none"};
}

Judged judge_policy_drift(const Finding& finding) {
  const auto drift = finding.claims().find("drift");
  if (drift == finding.claims().end() || !drift->is_string() || *drift == "unknown")
    return {Verdict::unknown, finding_words(finding)};
  return {*drift == "none" ? Verdict::met : Verdict::unmet, finding.summary()};
}

Judged judge(const Requirement& requirement, const Finding& finding) {
  switch (requirement.wants) {
  case Wants::enforced:
    return {enforced_verdict(finding), finding_words(finding)};
  case Wants::landlock_level:
    return judge_landlock(finding, requirement.number);
  case Wants::landlock_kernel_abi:
    return judge_kernel(finding, requirement.number);
  case Wants::seccomp_denies:
  case Wants::seccomp_profile:
  case Wants::seccomp_default:
    return judge_seccomp(finding, requirement);
  case Wants::policy_none:
    return judge_policy_list(finding, requirement.names.front());
  case Wants::policy_drift:
    return judge_policy_drift(finding);
  case Wants::claim:
    return judge_claim(finding, *requirement.row);
  }
  return {Verdict::unknown, {}};
}

} // namespace

std::optional<Appraisal> appraise(const std::vector<Requirement>& requirements,
                                  const std::vector<std::pair<std::string, Finding>>& layers) {
  if (requirements.empty())
    return std::nullopt;
  Appraisal appraisal{{}, Verdict::met};
  for (const Requirement& requirement : requirements) {
    const auto it = std::find_if(layers.begin(), layers.end(),
                                 [&](const auto& layer) { return layer.first == requirement.layer; });
    Judged judged{Verdict::unknown, fmt::format("this run says nothing about {}", requirement.layer)};
    if (it != layers.end())
      judged = judge(requirement, it->second);
    appraisal.requirements.push_back({requirement.expression, requirement.layer, wanted_words(requirement),
                                      std::move(judged.observed), judged.verdict});
    appraisal.verdict = both(appraisal.verdict, judged.verdict);
  }
  return appraisal;
}

} // namespace sbx
