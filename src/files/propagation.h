// Do mounts made in one namespace appear in another? mount_namespaces(7), "SHARED SUBTREES".
#pragma once

#include "parse/mountinfo.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx {

struct Propagation {
  std::optional<std::uint64_t> shared; // its peer group: both ways
  std::optional<std::uint64_t> master; // the group from which it gets what is mounted there
  bool unbindable = false;
};

Propagation propagation_of(const Mount& mount);

std::string
propagation_words(const Propagation& propagation); // "private", "shared", "slave", "shared, slave"

} // namespace sbx
