// Do the other security modules let it? Their policies are not evaluated: only that a module is not there, or
// does not confine this thread, is an answer.
#pragma once

#include "can/permission_check.h"
#include "can/world.h"

namespace sbx {

enum class LsmDeed { file, execute, network, process };

// Labels: AppArmor, SELinux, Smack, TOMOYO and whatever else is active. `peer`: whose label counts too, or
// null.
Check labels_allow(const World& world, const Subject& subject, LsmDeed deed, const Peer* peer);

// Programs of the BPF LSM, where it is active.
Check bpf_lsm_allows(const World& world);

// How many BPF programs of a type are loaded; nothing when that was not seen.
std::optional<std::uint64_t> programs_of(const World& world, std::string_view type);

} // namespace sbx
