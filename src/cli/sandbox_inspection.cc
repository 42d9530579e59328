#include "cli/sandbox_inspection.h"

#include "cli/launcher_sight.h"
#include "cli/look.h"
#include "core/escape.h"
#include "gate/weakest_appraisal.h"
#include "kernel/live_kernel.h"
#include "launchers/chain.h"
#include "launchers/launcher_claims.h"
#include "launchers/member_roles.h"
#include "probes/redacting_kernel.h"
#include "probes/shared_kernel.h"
#include "sandbox/merged_layers.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <sys/resource.h>

namespace sbx {

namespace {

constexpr int most_rounds = 6;
constexpr std::size_t most_processes = 1000; // a minute, for each takes some 60 ms

// One process, held from its inspection to the end, so that its number cannot be another's meanwhile.
class Inspected {
public:
  Inspected(ProcTarget target, const Options& options, Evidence& shared)
      : kernel_(std::move(target)), shared_(kernel_, shared), redacting_(shared_),
        witness_(options.redact_environment ? static_cast<Kernel&>(redacting_) : shared_) {
    if (options.ptrace)
      kernel_.read_seccomp_by_ptrace();
  }
  Inspected(const Inspected&) = delete;
  Inspected& operator=(const Inspected&) = delete;

  Result<void> inspect(const Wanted& wanted) {
    Wanted its = wanted;
    its.made_by = false;
    auto report = sbx::inspect(witness_, its);
    if (!report)
      return tl::unexpected<Error>(report.error());
    report_ = std::move(*report);
    return {};
  }
  bool same() { return witness_.confirm_identity().has_value(); }
  const Report& report() const { return report_; }
  LauncherSight sight() { return launcher_sight(witness_, report_.layers); }

private:
  LiveKernel kernel_;
  SharedKernel shared_;
  RedactingKernel redacting_;
  Witness witness_;
  Report report_;
};

std::string who(std::int64_t pid, const std::string& comm) {
  return comm.empty() ? fmt::format("process {}", pid) : fmt::format("process {} ({})", pid, comm);
}

// Every process is held by three of them, to the end.
void allow_descriptors() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &files));
  }
}

class Inspection {
public:
  Inspection(const Options& options, const TargetName& name, const Wanted& wanted)
      : options_(options), name_(name), wanted_(wanted) {}

  Result<Report> report() {
    allow_descriptors();
    auto look = look_for(name_);
    for (int round = 0; look && round < most_rounds; ++round) {
      if (const std::size_t count = look->choice.set.members.size(); count > most_processes)
        return error(
            ErrorKind::target,
            fmt::format("{} has {} processes, and at most {} are inspected one by one; give tree:PID of a "
                        "part of it, or see sbx-attest ps",
                        look->choice.what, count, most_processes));
      bool fresh = false;
      for (const std::int64_t pid : look->choice.set.members)
        if (!known_.contains(pid)) {
          fresh = true;
          if (auto done = inspect(pid); !done)
            return tl::unexpected<Error>(done.error());
        }
      settled_ = !fresh && drop_the_others(look->choice.set) && look->machine.table->settled();
      if (settled_)
        break;
      look = look_for(name_); // what was chosen may be gone by now, and then there is no answer
    }
    if (!look)
      return tl::unexpected<Error>(look.error());
    if (known_.empty())
      return error(ErrorKind::target,
                   fmt::format("{} came and went faster than it could be inspected", look->choice.what));
    return merged(*look);
  }

private:
  // Who is gone before it could be inspected is no member at the next look.
  Result<void> inspect(std::int64_t pid) {
    auto target = ProcTarget::open(static_cast<pid_t>(pid));
    if (!target)
      return {};
    auto inspected = std::make_unique<Inspected>(std::move(*target), options_, shared_);
    if (auto done = inspected->inspect(wanted_); done)
      known_[pid] = std::move(inspected);
    else if (done.error().kind != ErrorKind::target)
      return done;
    return {};
  }

  // Who ended, executed another file or is no member any more does not count. False where one that is a
  // member is not the process that was inspected.
  bool drop_the_others(const SandboxSet& set) {
    bool same = true;
    std::erase_if(known_, [&](const auto& it) {
      const bool member = std::binary_search(set.members.begin(), set.members.end(), it.first);
      const bool changed = member && !it.second->same();
      same = same && !changed;
      return !member || changed;
    });
    return same;
  }

  Report merged(const Look& look) {
    std::vector<MemberLayers> layers;
    std::vector<MemberAppraisal> appraisals;
    Sandbox sandbox;
    sandbox.asked = escaped(options_.target, 160);
    sandbox.what = look.choice.what;
    sandbox.notes = look.choice.notes;
    sandbox.settled = settled_;
    const auto first = known_.find(look.choice.set.first);
    LauncherSight sight = first != known_.end() ? first->second->sight() : LauncherSight();
    if (const auto& place = look.choice.set.container)
      if (const NamedContainer* it = named_as(look.named, place->id)) {
        sight.container_name = it->names.empty() ? std::string() : it->names.front();
        sight.container_labels = it->labels;
      }
    const auto chain = launcher_chain(*look.machine.table, look.commands, sight,
                                      payload_of(*look.machine.table, look.choice.set));
    sandbox.launchers = launcher_claims(chain);
    sandbox.chain = chain_words(chain);
    const auto roles = member_roles(*look.machine.table, look.choice.set, look.machine.surroundings, chain,
                                    name_.kind == TargetName::Kind::openshell);
    Report report;
    for (const std::int64_t pid : look.choice.set.members) {
      SandboxMember member;
      member.pid = pid;
      member.comm = comm_of(*look.machine.table, pid);
      const MemberRole& role = roles.at(pid);
      member.role = role.role;
      member.why = role.why;
      member.judged = role.judged;
      const auto known = known_.find(pid);
      if (known != known_.end()) {
        const Report& own = known->second->report();
        member.threads = own.target.threads;
        member.layers = own.layers;
      } else {
        member.why = "it came and went, or changed, faster than it could be inspected";
      }
      if (member.judged && known != known_.end()) { // who could not be inspected leaves the whole unsettled
        layers.push_back({who(pid, member.comm), member.layers});
        appraisals.push_back({layers.back().who, known->second->report().appraisal});
      }
      if (known != known_.end() && (report.target.pid == 0 || pid == look.choice.set.first)) {
        const Report& own = known->second->report();
        report.tool_version = own.tool_version;
        report.vantage = own.vantage;
        report.observer = own.observer;
        report.target = own.target;
        report.platform = own.platform;
        report.claims = own.claims;
      }
      sandbox.members.push_back(std::move(member));
    }
    report.layers = merged_layers(layers, settled_);
    sandbox.decided_by = deciders(layers);
    report.appraisal = weakest_appraisal(appraisals, wanted_.requirements, settled_);
    report.sandbox = std::move(sandbox);
    return report;
  }

  const Options& options_;
  const TargetName& name_;
  const Wanted& wanted_;
  Evidence shared_;
  std::map<std::int64_t, std::unique_ptr<Inspected>> known_;
  bool settled_ = false;
};

} // namespace

Result<Report> inspect_sandbox(const Options& options, const TargetName& name, const Wanted& wanted) {
  return Inspection(options, name, wanted).report();
}

} // namespace sbx
