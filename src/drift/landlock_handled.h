// Does a Landlock domain restrict what was asked to be restricted: rights, scopes, and ports?
#pragma once

#include "drift/landlock_held.h"
#include "drift/landlock_path.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

struct LandlockMaskWish {
  std::string_view name; // "fs", "net", "scoped"
  LandlockKind kind;
  const std::optional<Wish<std::uint64_t>>* wish;
  std::uint64_t LandlockMasks::*mask;
};
std::vector<LandlockMaskWish> mask_wishes(const LandlockWish& wish); // those that the policy has

// Over all domains: what the weakest of them leaves out is not held.
LandlockVerdict handled_verdict(const std::vector<LandlockHeld>& domains, const LandlockMaskWish& wish,
                                std::optional<unsigned> kernel_abi);

LandlockVerdict port_verdict(const LandlockHeld& held, const LandlockWish& wish, const PortWish& port);

// Ports that rules of the policy's layers are about, and that were not asked for; which of them are open.
struct ExtraPort {
  std::uint16_t port;
  std::uint64_t open;
};
std::vector<ExtraPort> extra_ports(const LandlockHeld& held, const LandlockWish& wish);

} // namespace sbx
