#include "cli/inspection.h"

#include "cli/made_by.h"
#include "cli/policy_input.h"
#include "core/escape.h"
#include "drift/environment_claims.h"
#include "drift/policy_drift.h"
#include "drift/supervisor_claims.h"
#include "gate/appraise.h"
#include "parse/line.h"
#include "probes/landlock_offered.h"
#include "probes/platform.h"
#include "probes/registry.h"
#include "seccomp/reference_profile.h"

namespace sbx {

namespace {

constexpr std::uint64_t ticks_per_second =
    100; // USER_HZ, the unit of proc_pid_stat(5) on every architecture we run on

template <class T> std::optional<T> seen_or_nothing(const Observation<T>& observation) {
  return observation.match([](const Seen<T>& seen) { return std::optional(seen.value()); },
                           [](const Gap&) { return std::optional<T>(); });
}

std::optional<std::int64_t> age_of(Witness& witness, const std::optional<std::uint64_t>& start_ticks) {
  const auto uptime = seen_or_nothing(witness.text(source::host_uptime));
  const auto seconds = uptime ? number<std::uint64_t>(uptime->substr(0, uptime->find('.'))) : std::nullopt;
  if (!seconds || !start_ticks || *start_ticks / ticks_per_second > *seconds)
    return std::nullopt;
  return static_cast<std::int64_t>(*seconds - *start_ticks / ticks_per_second);
}

Observer observer_of(Witness& witness) {
  Observer observer;
  if (const auto status = seen_or_nothing(witness.self_status()); status && status->uid)
    observer.euid = (*status->uid)[1];
  observer.kernel_memory = witness.landlock_domains().match([](const Seen<LandlockDomains>&) { return true; },
                                                            [](const Gap&) { return false; });
  observer.landlock_layers = landlock_offered(witness).own_layers;
  return observer;
}

// A typing error must not become a gate that nothing can meet.
Result<void> profile_is_known(const Requirement& requirement) {
  if (requirement.wants != Wants::seccomp_profile)
    return {};
  std::string known;
  for (const ReferenceProfile& it : reference_profiles()) {
    if (it.id == requirement.names.front())
      return {};
    known += (known.empty() ? "" : ", ") + std::string(it.id);
  }
  return error(ErrorKind::usage,
               "requirement '" + escaped(requirement.expression, 80) + "': no such profile; known: " + known);
}

void hold_against(Report& report, Witness& witness, const Wanted& wanted) {
  const Policy* policy = wanted.policy ? &*wanted.policy : nullptr;
  const SupervisorLog* log = wanted.log ? &*wanted.log : nullptr;
  if (!policy && !log)
    return;
  LandlockDrift landlock;
  if (policy) {
    const auto rows = policy_drift(witness, *policy, landlock);
    Finding finding = policy_finding(witness, *policy, rows, landlock);
    report.layers = with_policy(std::move(report.layers), rows);
    report.layers.emplace_back("policy", std::move(finding));
  }
  std::vector<Wish<Claimed>> claimed = policy ? policy->claimed : std::vector<Wish<Claimed>>();
  for (Wish<Claimed>& it : environment_claims(witness))
    claimed.push_back(std::move(it));
  report.claims =
      supervisor_claims(log, claimed, policy && policy->landlock ? &landlock : nullptr, report.layers);
}

} // namespace

Target target_of(Witness& witness, const Identity& identity) {
  Target target;
  target.pid = identity.pid;
  target.boot_id = identity.boot_id ? std::optional(escaped(*identity.boot_id, 64)) : std::nullopt;
  if (identity.start_ticks)
    target.start_ticks = std::to_string(*identity.start_ticks);
  if (const auto stat = seen_or_nothing(witness.stat())) {
    target.comm = escaped(stat->comm);
    target.state = stat->state;
    target.kernel_thread = stat->kernel_thread();
  }
  witness.tasks().match(
      [&](const Seen<Tasks>& tasks) {
        const auto counting = counted(tasks.value());
        target.threads = counting.size();
        // A main thread that has exited before the others is no zombie process.
        if (target.state == 'Z' && counting.front()->status)
          target.state = counting.front()->status->state;
      },
      [](const Gap&) {});
  target.age_seconds = age_of(witness, identity.start_ticks);
  return target;
}

Result<Identity> identify(Witness& witness) {
  return witness.identity().match([](const Seen<Identity>& seen) { return Result<Identity>(seen.value()); },
                                  [](const Gap& gap) -> Result<Identity> {
                                    return error(gap.kind == GapKind::vanished ? ErrorKind::target
                                                                               : ErrorKind::failure,
                                                 "could not tell who the target is: " + gap.detail);
                                  });
}

Result<std::vector<Requirement>> requirements_of(const std::vector<std::string>& clauses, bool policy) {
  std::vector<Requirement> requirements;
  for (const std::string& clause : clauses) {
    auto requirement = parse_requirement(clause);
    if (!requirement)
      return tl::unexpected<Error>(requirement.error());
    if (needs_policy(requirement->wants) && !policy)
      return error(ErrorKind::usage,
                   "requirement '" + escaped(requirement->expression, 80) +
                       "' is about a policy; give it with --policy, to inspect, replay or run");
    if (auto known = profile_is_known(*requirement); !known)
      return tl::unexpected<Error>(known.error());
    requirements.push_back(std::move(*requirement));
  }
  return requirements;
}

Result<Wanted> wanted_of(const Options& options) {
  Wanted wanted;
  auto requirements = requirements_of(options.clauses, !options.policy.empty());
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  wanted.requirements = std::move(*requirements);
  auto policy = policy_of(options);
  if (!policy)
    return tl::unexpected<Error>(policy.error());
  wanted.policy = std::move(*policy);
  auto log = log_of(options);
  if (!log)
    return tl::unexpected<Error>(log.error());
  wanted.log = std::move(*log);
  return wanted;
}

Result<Report> inspect(Witness& witness, const Wanted& wanted, std::string_view only) {
  const auto identity = identify(witness);
  if (!identity)
    return tl::unexpected<Error>(identity.error());
  Report report;
  report.tool_version = SBX_VERSION;
  report.vantage = identity->self ? Vantage::self : Vantage::observer;
  for (const Probe& probe : probes())
    if (only.empty() || only == probe.id)
      report.layers.emplace_back(probe.id, probe.run(witness));
  hold_against(report, witness, wanted);
  if (only.empty() && wanted.made_by)
    report.made_by = made_by(witness, report.layers);
  report.platform = platform(witness);
  report.target = target_of(witness, *identity);
  report.observer = observer_of(witness);
  if (auto same = witness.confirm_identity(); !same)
    return tl::unexpected<Error>(same.error());
  report.appraisal = appraise(wanted.requirements, report.layers);
  return report;
}

} // namespace sbx
