#include "gate/seccomp_appraise.h"

#include "core/some_of.h"
#include "rules/syscall_abi.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

// Null where it is missing: not seen.
const Claims& claim_of(const Claims& claims, std::string_view name) {
  static const Claims none;
  const auto it = claims.find(name);
  return it == claims.end() ? none : *it;
}

bool lists(const Claims& names, const std::string& name) {
  return names.is_array() &&
         std::any_of(names.begin(), names.end(), [&](const Claims& it) { return it == name; });
}

struct Ways {
  std::vector<std::string> open, // by these it is not so
      unseen;                    // by these it is not so, and whether this kernel has them was not seen
};

// Asks of each architecture: `holds` says whether it is as required there.
template <class Holds> Ways ways(const Claims& architectures, const Holds& holds) {
  Ways found;
  for (const auto& [abi, about] : architectures.items()) {
    const Claims& offered = claim_of(about, "offered");
    if (offered == false || holds(abi, about))
      continue;
    (offered == true ? found.open : found.unseen).push_back(abi);
  }
  return found;
}

Verdict verdict_of(const Ways& ways) {
  return !ways.open.empty() ? Verdict::unmet : !ways.unseen.empty() ? Verdict::unknown : Verdict::met;
}

Judged judge_denies(const Claims& architectures, const std::vector<std::string>& names) {
  Verdict verdict = Verdict::met;
  std::vector<std::string> words;
  for (const std::string& name : names) {
    const Ways found = ways(architectures, [&](const std::string& abi, const Claims& about) {
      const auto known = parse_abi(abi);
      return (known && !syscall_number(*known, name)) || lists(claim_of(about, "denied"), name);
    });
    verdict = both(verdict, verdict_of(found));
    for (const std::string& abi : found.open) {
      const Claims& about = architectures[abi];
      words.push_back(fmt::format("{} is {} ({})", name,
                                  lists(claim_of(about, "conditional"), name)
                                      ? "refused for some arguments alone"
                                  : lists(claim_of(about, "supervised"), name) ? "decided by another process"
                                                                               : "allowed",
                                  abi));
    }
    if (!found.unseen.empty())
      words.push_back(
          fmt::format("{} is not refused by {}, and whether this kernel takes such calls was not seen", name,
                      fmt::join(found.unseen, ", ")));
  }
  return {verdict, words.empty() ? fmt::format("refused: {}", fmt::join(names, ", ")) : some_of(words)};
}

Judged judge_default(const Claims& architectures, const std::string& wanted) {
  std::vector<std::string> words;
  const Ways found = ways(architectures, [&](const std::string& abi, const Claims& about) {
    const Claims& action = claim_of(about, "default_action");
    const std::string name = action.is_string() ? action.get<std::string>() : "it depends";
    words.push_back(fmt::format("{} ({})", name, abi));
    return name == wanted || name.substr(0, name.find(':')) == wanted;
  });
  return {verdict_of(found), fmt::format("by default: {}", fmt::join(words, ", "))};
}

bool equals(const Claims& profile, const std::string& wanted) {
  if (!profile.is_object() || claim_of(profile, "relation") != "equals")
    return false;
  const Claims& names = claim_of(profile, "names");
  return claim_of(profile, "name") == wanted || lists(names, wanted);
}

// A filter can only be tightened by others: where one of every chain equals the profile, all that it refuses
// is refused.
Judged judge_profile(const Finding& finding, const std::string& wanted) {
  const Claims& profile = claim_of(finding.claims(), "profile");
  const Claims& filters = claim_of(finding.claims(), "filter_list");
  const Claims& chains = claim_of(finding.claims(), "chain_list");
  const auto in_chain = [&](const Claims& chain) {
    const Claims& numbers = claim_of(chain, "filters");
    return std::any_of(numbers.begin(), numbers.end(), [&](const Claims& number) {
      return equals(claim_of(filters.at(number.get<std::size_t>() - 1), "profile"), wanted);
    });
  };
  const bool met = equals(profile, wanted) || (chains.is_array() && !chains.empty() &&
                                               std::all_of(chains.begin(), chains.end(), in_chain));
  const Claims& words = claim_of(profile, "words");
  return {met ? Verdict::met : Verdict::unmet,
          words.is_string() ? words.get<std::string>() : "no profile is known for it"};
}

} // namespace

Judged judge_seccomp(const Finding& finding, const Requirement& requirement) {
  switch (finding.state()) {
  case State::absent:
    return {Verdict::unmet, "absent: " + finding.summary()};
  case State::not_applicable:
    return {Verdict::unknown, "not applicable"};
  case State::enforced:
  case State::partial:
  case State::unknown:
    break;
  }
  const Claims& architectures = claim_of(finding.claims(), "architectures");
  if (!architectures.is_object() || architectures.empty()) {
    const Claims& why = claim_of(finding.claims(), "not_read");
    return {Verdict::unknown, fmt::format("what the filters refuse was not read{}",
                                          why.is_string() ? ": " + why.get<std::string>() : std::string())};
  }
  if (requirement.wants == Wants::seccomp_denies)
    return judge_denies(architectures, requirement.names);
  if (requirement.wants == Wants::seccomp_default)
    return judge_default(architectures, requirement.names.front());
  return judge_profile(finding, requirement.names.front());
}

} // namespace sbx
