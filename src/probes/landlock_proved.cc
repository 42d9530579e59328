#include "probes/landlock_proved.h"

#include "rules/landlock_abi.h"
#include "rules/lsm_label.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

// AppArmor restricts nothing of a process that it calls unconfined.
bool apparmor_leaves_us_alone(Witness& witness) {
  return witness.task_attr().match(
      [](const Seen<std::vector<TaskAttr>>& tasks) {
        return std::all_of(tasks.value().begin(), tasks.value().end(), [](const TaskAttr& task) {
          const Label& label = task.apparmor ? task.apparmor : task.current;
          return label && !apparmor_label(*label).confines && apparmor_label(*label).label == "unconfined";
        });
      },
      [](const Gap&) { return false; });
}

// Those that never deny what is tried: opening, creating, removing and executing files, sockets of loopback,
// signal 0. One that is not known here may.
bool only_landlock_denies(Witness& witness) {
  constexpr std::array<std::string_view, 7> harmless{"capability", "landlock",  "lockdown", "yama",
                                                     "bpf",        "safesetid", "integrity"};
  using Names = std::vector<std::string>;
  return witness.active_lsms().match(
      [&](const Seen<Names>& lsms) {
        return std::all_of(lsms.value().begin(), lsms.value().end(), [&](const std::string& name) {
          return std::find(harmless.begin(), harmless.end(), name) != harmless.end() ||
                 (name == "apparmor" && apparmor_leaves_us_alone(witness));
        });
      },
      [](const Gap&) { return false; });
}

bool filtered(Witness& witness) {
  return witness.self_status()
      .field("Seccomp", &ProcStatus::seccomp)
      .match([](const Seen<unsigned>& mode) { return mode.value() != 0; }, [](const Gap&) { return true; });
}

// EACCES for files and sockets, EPERM for a signal out of the scope (landlock(7)).
bool denied(const LandlockRight& right, const LandlockTrial::Present& attempt) {
  return attempt.right == right.name && attempt.ordinary == "ok" &&
         attempt.outcome == (right.kind == LandlockKind::scope ? "EPERM" : "EACCES");
}

} // namespace

std::optional<LandlockProved> landlock_proved(Witness& witness, const LandlockTrial& trial) {
  if (trial.present.empty() || !trial.abi || !trial.depth || *trial.depth == 0 || filtered(witness) ||
      !only_landlock_denies(witness))
    return std::nullopt;
  const unsigned abi = *trial.abi;
  std::vector<const LandlockRight*> shown;
  for (const LandlockRight& right : landlock_rights())
    if (right.abi <= abi && std::any_of(trial.present.begin(), trial.present.end(),
                                        [&](const auto& attempt) { return denied(right, attempt); }))
      shown.push_back(&right);
  // A domain that handles any file right denies refer too (include/uapi/linux/landlock.h).
  const bool files = std::any_of(shown.begin(), shown.end(),
                                 [](const LandlockRight* right) { return right->kind == LandlockKind::fs; });
  LandlockProved proved;
  proved.level = abi;
  for (const LandlockRight& right : landlock_rights())
    if (std::find(shown.begin(), shown.end(), &right) != shown.end() ||
        (files && right.name == "refer" && right.abi <= abi))
      proved.rights.emplace_back(right.name);
    else
      proved.level = std::min(proved.level, right.abi - 1);
  proved.level = std::min(proved.level, landlock_abis().back().abi);
  return proved;
}

} // namespace sbx
