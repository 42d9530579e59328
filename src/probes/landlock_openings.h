// What does a Landlock domain let through, all its layers together?
#pragma once

#include "parse/landlock_domains.h"
#include "probes/landlock_places.h"
#include "rules/landlock_abi.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sbx {

inline constexpr std::uint64_t landlock_fs_refer = 1 << 13;
// LANDLOCK_ACCESS_FS_WRITE_FILE, REMOVE_DIR, REMOVE_FILE, MAKE_*: without them nothing below changes.
inline constexpr std::uint64_t landlock_fs_write = 1 << 1 | 0x1ff0;

class LandlockOpenings {
public:
  LandlockOpenings(const LandlockDomain& domain, const std::vector<LandlockPlace>& places,
                   std::optional<unsigned> kernel_abi);

  // The file rights that remain below `path` (as the target sees it): granted by every layer that handles
  // them, by rules on it or on a directory above it. By names: what a mount hides in between is not looked
  // at.
  std::uint64_t below(const std::string& path) const;

  // Per layer, of the file rights that it handles, those that it does not grant for everything below "/".
  std::uint64_t restricted(std::size_t layer) const; // 0 is the oldest

  const LandlockMasks& handled(std::size_t layer) const { return handled_[layer]; }
  std::size_t layers() const { return handled_.size(); }

private:
  std::vector<LandlockMasks> handled_;
  std::unordered_map<std::string, std::vector<std::uint64_t>> granted_; // by path, per layer
};

// No layer restricts anything: everything is granted below "/", and no port and no scope is handled. Refer,
// which every domain denies unless it is granted, may be left: `all_but_refer`.
struct LandlockNothing {
  bool nothing = false, all_but_refer = false;
  std::vector<std::size_t> layers; // that restrict nothing, or nothing but refer; 1 is the oldest
};
LandlockNothing restricts_nothing(const LandlockOpenings& openings);

} // namespace sbx
