#include "gate/weakest_appraisal.h"

#include "gate/appraise.h"

#include <fmt/format.h>

namespace sbx {

namespace {

Appraised weakest(const std::vector<MemberAppraisal>& members, std::size_t at, bool settled) {
  Verdict verdict = Verdict::met;
  for (const MemberAppraisal& it : members)
    verdict = both(verdict, it.appraisal->requirements[at].verdict);
  std::size_t alike = 0;
  const MemberAppraisal* first = nullptr;
  for (const MemberAppraisal& it : members)
    if (it.appraisal->requirements[at].verdict == verdict) {
      first = first ? first : &it;
      ++alike;
    }
  Appraised appraised = first->appraisal->requirements[at];
  if (members.size() > 1)
    appraised.observed = verdict == Verdict::met
                             ? fmt::format("by all {} processes; the first, {}: {}", members.size(),
                                           first->who, appraised.observed)
                             : fmt::format("by {} of {} processes; the first, {}: {}", alike, members.size(),
                                           first->who, appraised.observed);
  if (!settled && verdict == Verdict::met) {
    appraised.verdict = Verdict::unknown;
    appraised.observed =
        "processes came faster than they could be inspected; those that were: " + appraised.observed;
  }
  return appraised;
}

} // namespace

std::optional<Appraisal> weakest_appraisal(const std::vector<MemberAppraisal>& members,
                                           const std::vector<Requirement>& requirements, bool settled) {
  if (members.empty()) {
    auto nobody = appraise(requirements, {});
    for (std::size_t i = 0; i < requirements.size(); ++i)
      nobody->requirements[i].observed = "no process of it was judged";
    return nobody;
  }
  if (requirements.empty() || !members.front().appraisal)
    return std::nullopt;
  Appraisal all{{}, Verdict::met};
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    all.requirements.push_back(weakest(members, i, settled));
    all.verdict = both(all.verdict, all.requirements.back().verdict);
  }
  return all;
}

} // namespace sbx
