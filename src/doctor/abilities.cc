#include "doctor/abilities.h"

#include "doctor/feature_abilities.h"
#include "doctor/filter_abilities.h"
#include "doctor/landlock_ability.h"
#include "doctor/namespace_abilities.h"
#include "doctor/userns_ability.h"

namespace sbx {

Abilities abilities_of(const DoctorScene& scene) {
  Abilities abilities{landlock_ability(scene)};
  const auto add = [&](Abilities more) {
    for (Ability& ability : more)
      abilities.push_back(std::move(ability));
  };
  add(filter_abilities(scene));
  const Ability userns = user_namespace_ability(scene);
  add({userns});
  add(namespace_abilities(scene, userns));
  add(feature_abilities(scene));
  return abilities;
}

std::vector<std::string_view> ability_ids() {
  return {"landlock",     "seccomp",    "seccomp.notify", "seccomp.notify_killable",
          "no_new_privs", "userns",     "ns.mnt",         "ns.pid",
          "ns.net",       "ns.ipc",     "ns.uts",         "ns.cgroup",
          "ns.time",      "loopback",   "mount",          "mount.proc",
          "mount.devpts", "pivot_root", "cgroup",         "kvm",
          "bpf",          "btf",        "ptrace",         "tun",
          "subids",       "setuid",     "docker",         "systemd"};
}

} // namespace sbx
