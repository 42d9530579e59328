#include "cli/sandbox_inspection.h"

#include "cli/look.h"
#include "core/escape.h"
#include "gate/appraise.h"
#include "gate/weakest_appraisal.h"
#include "kernel/live_kernel.h"
#include "probes/redacting_kernel.h"
#include "probes/registry.h"
#include "probes/shared_kernel.h"
#include "sandbox/merged_layers.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace sbx {

namespace {

constexpr int most_rounds = 6;

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
    auto report = sbx::inspect(witness_, wanted);
    if (!report)
      return tl::unexpected<Error>(report.error());
    report_ = std::move(*report);
    return {};
  }
  bool same() { return witness_.confirm_identity().has_value(); }
  const Report& report() const { return report_; }

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

class Inspection {
public:
  Inspection(const Options& options, const TargetName& name, const Wanted& wanted)
      : options_(options), name_(name), wanted_(wanted) {}

  Result<Report> report() {
    auto look = look_for(name_);
    for (int round = 0; look && round < most_rounds; ++round) {
      bool fresh = false;
      for (const std::int64_t pid : look->choice.set.members)
        if (!known_.contains(pid)) {
          fresh = true;
          if (auto done = inspect(pid); !done)
            return tl::unexpected<Error>(done.error());
        }
      settled_ = !fresh && drop_the_others(look->choice.set);
      if (settled_)
        break;
      look = look_for(name_); // what was chosen may be gone by now, and then there is no answer
    }
    if (!look)
      return tl::unexpected<Error>(look.error());
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

  std::string role_of(const Look& look, std::int64_t pid, std::string& why) const {
    const SandboxSet& set = look.choice.set;
    const Process* process = look.machine.table->find(pid);
    if (process && has_exited(*process))
      return "exited";
    if (pid == set.first)
      return "first";
    if (std::find(set.roots.begin(), set.roots.end(), pid) == set.roots.end())
      return "member";
    const Process* first = look.machine.table->find(set.first);
    const auto status = first ? first->status : tl::expected<ProcStatus, int>(tl::unexpected<int>(0));
    // Orphans of a PID namespace hang on its first process, so this one never had a parent in it.
    if (status && status->nspid && status->nspid->size() > 1) {
      why = "entered from outside: its parent is no process of the sandbox";
      return "entered";
    }
    why = "its parent is outside, or ended";
    return "member";
  }

  Report merged(const Look& look) {
    std::vector<MemberLayers> layers;
    std::vector<MemberAppraisal> appraisals;
    Sandbox sandbox;
    sandbox.asked = escaped(options_.target, 160);
    sandbox.what = look.choice.what;
    sandbox.notes = look.choice.notes;
    sandbox.settled = settled_;
    sandbox.launchers = Claims::array();
    Report report;
    for (const std::int64_t pid : look.choice.set.members) {
      SandboxMember member;
      member.pid = pid;
      member.comm = comm_of(*look.machine.table, pid);
      member.role = role_of(look, pid, member.why);
      const auto known = known_.find(pid);
      member.judged = member.role != "exited" || look.choice.set.members.size() == 1;
      if (known != known_.end()) {
        const Report& own = known->second->report();
        member.threads = own.target.threads;
        member.layers = own.layers;
      } else {
        member.why = "it came and went, or changed, faster than it could be inspected";
        for (const Probe& probe : probes())
          member.layers.emplace_back(probe.id,
                                     Finding::unknown(Gap{GapKind::vanished, "host/processes", member.why}));
      }
      if (member.judged) {
        layers.push_back({who(pid, member.comm), member.layers});
        appraisals.push_back({layers.back().who, known != known_.end()
                                                     ? known->second->report().appraisal
                                                     : appraise(wanted_.requirements, member.layers)});
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
