#include "drift/policy_drift.h"

#include "drift/capability_drift.h"
#include "drift/label_drift.h"
#include "drift/mount_drift.h"
#include "drift/namespace_drift.h"
#include "drift/no_new_privs_drift.h"
#include "drift/seccomp_drift.h"
#include "drift/user_drift.h"

#include <iterator>

namespace sbx {

std::vector<DriftRow> policy_drift(Witness& witness, const Policy& policy, LandlockDrift& landlock) {
  std::vector<DriftRow> rows;
  const auto add = [&](std::vector<DriftRow> more) {
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  landlock = {};
  if (policy.landlock) {
    landlock = landlock_drift(witness, *policy.landlock);
    add(landlock.rows);
  }
  if (policy.seccomp)
    rows.push_back(seccomp_drift(witness, *policy.seccomp));
  if (policy.no_new_privs)
    rows.push_back(no_new_privs_drift(witness, *policy.no_new_privs));
  add(capability_drift(witness, policy.capabilities));
  add(namespace_drift(witness, policy.namespaces));
  if (policy.label)
    rows.push_back(label_drift(witness, *policy.label));
  if (policy.user)
    add(user_drift(witness, *policy.user));
  add(mount_drift(witness, policy.mounts));
  return rows;
}

} // namespace sbx
