// What else may a process use that is started here: virtual machines, BPF, tracing, control groups, devices,
// services?
#pragma once

#include "doctor/ability.h"
#include "doctor/scene.h"

namespace sbx {

// cgroup, kvm, bpf, btf, ptrace, tun, subids, setuid, docker, systemd.
Abilities feature_abilities(const DoctorScene& scene);

} // namespace sbx
