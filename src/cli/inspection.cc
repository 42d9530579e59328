#include "cli/inspection.h"

#include "core/escape.h"
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

Result<std::vector<Requirement>> requirements_of(const std::vector<std::string>& clauses) {
  std::vector<Requirement> requirements;
  for (const std::string& clause : clauses) {
    auto requirement = parse_requirement(clause);
    if (!requirement)
      return tl::unexpected<Error>(requirement.error());
    if (auto known = profile_is_known(*requirement); !known)
      return tl::unexpected<Error>(known.error());
    requirements.push_back(std::move(*requirement));
  }
  return requirements;
}

Result<Report> inspect(Witness& witness, const std::vector<Requirement>& requirements,
                       std::string_view only) {
  const auto identity = identify(witness);
  if (!identity)
    return tl::unexpected<Error>(identity.error());
  Report report;
  report.tool_version = SBX_VERSION;
  report.vantage = identity->self ? Vantage::self : Vantage::observer;
  for (const Probe& probe : probes())
    if (only.empty() || only == probe.id)
      report.layers.emplace_back(probe.id, probe.run(witness));
  report.platform = platform(witness);
  report.target = target_of(witness, *identity);
  report.observer = observer_of(witness);
  if (auto same = witness.confirm_identity(); !same)
    return tl::unexpected<Error>(same.error());
  report.appraisal = appraise(requirements, report.layers);
  return report;
}

} // namespace sbx
