// Which rules of a Landlock domain did nobody ask for, and do they open anything?
#pragma once

#include "drift/landlock_held.h"
#include "drift/landlock_path.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

struct ExtraRule {
  std::string name; // raw bytes: its path, or "inode 7 of ext4 8:1"
  LandlockVerdict verdict;
};

// Whether each rule of the domain is about a wish: about its file, or named as it and displaced since.
std::vector<bool> claimed_rules(const LandlockHeld& held, const std::vector<WishedPath>& paths,
                                const std::vector<LandlockAt>& at);

std::vector<ExtraRule> extra_rules(const LandlockHeld& held, const std::vector<WishedPath>& paths,
                                   const std::vector<LandlockAt>& at, const std::vector<bool>& claimed,
                                   std::uint64_t judged, std::optional<unsigned> kernel_abi);

} // namespace sbx
