#include "probes/vm_monitor.h"

#include "probes/capabilities.h"
#include "probes/landlock.h"
#include "probes/lsm.h"
#include "probes/namespaces.h"
#include "probes/no_new_privs.h"
#include "probes/seccomp.h"

#include <fmt/format.h>
#include <optional>
#include <utility>

namespace sbx {

namespace {

// Whether a layer stands between the monitor and what its user may do; nothing where that was not seen. A
// network namespace alone does not: the files and processes of the user are there all the same.
std::optional<bool> confines(std::string_view layer, const Finding& finding) {
  if (layer == "no_new_privs" || layer == "capabilities")
    return false;
  if (layer == "namespaces") {
    const Claims& mnt = finding.claims().at("mnt").at("initial");
    const Claims& user = finding.claims().at("user").at("initial");
    if (mnt == false || user == false)
      return true;
    return mnt.is_null() || user.is_null() ? std::nullopt : std::optional(false);
  }
  switch (finding.state()) {
  case State::enforced:
  case State::partial:
    return true;
  case State::absent:
  case State::not_applicable:
    return false;
  case State::unknown:
    break;
  }
  return std::nullopt;
}

} // namespace

Claims vm_monitor(Witness& witness, std::vector<Warning>& warnings) {
  constexpr std::pair<const char*, Finding (*)(Witness&)> layers[] = {
      {"landlock", landlock},         {"seccomp", seccomp},       {"no_new_privs", no_new_privs},
      {"capabilities", capabilities}, {"namespaces", namespaces}, {"lsm", lsm},
  };
  Claims states = Claims::object();
  std::string seen;
  bool any = false, all_seen = true;
  for (const auto& [id, run] : layers) {
    const Finding finding = run(witness);
    const std::string_view state = state_name(finding.state());
    states[id] = state;
    seen += fmt::format("{}{} {}", seen.empty() ? "" : ", ", id, state);
    const auto confined = confines(id, finding);
    any = any || confined.value_or(false);
    all_seen = all_seen && confined;
  }
  if (!any)
    warnings.push_back(
        {"vm.monitor_unconfined", all_seen ? Severity::high : Severity::medium,
         all_seen ? "nothing confines the monitor: who breaks out of the guest has all that its user has"
                  : "nothing was seen to confine the monitor: who breaks out of the guest may have all "
                    "that its user has",
         seen,
         "start it in a jail: Firecracker's jailer, QEMU's -sandbox on with a user of its own, "
         "namespaces, a seccomp filter"});
  return states;
}

} // namespace sbx
