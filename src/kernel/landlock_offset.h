// Where in a credential's security blob does the domain lie? The order of the LSMs decides, so it is
// measured: children with known layers of their own are compared with what lies behind every slot. Pure part.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace sbx {

struct CalibratedChild {
  std::vector<HandledMasks> layers; // that it added to ours, oldest first
  std::uint64_t rules = 0;          // that it added with them
  std::vector<landlock_slot_record> slots;
};

struct Calibration {
  std::vector<CalibratedChild> children;
  std::vector<landlock_slot_record> plain; // of a child that added no layer
  std::vector<landlock_slot_record> self;  // of all our threads
};

// The blobs are small objects side by side, so reading past one meets those of other processes, and the ones
// that dead processes left: a match in one child proves little. The offset must match in every child, and be
// the only one. Otherwise the reason why there is none.
tl::expected<std::uint32_t, std::string> match_offset(const landlock_layout& layout,
                                                      const Calibration& calibration);

struct LandlockOffset {
  std::uint32_t bytes;
  std::optional<std::uint32_t> symbol, calibrated; // at least one, and equal to `bytes`
};

// Two answers must agree. The symbol alone is believed where children could not be had (we live under 16
// layers already, a filter refuses the calls), not where they contradict it: `calibrated` then fails with
// ENXIO.
tl::expected<LandlockOffset, Refusal> agreed_offset(const tl::expected<std::uint32_t, std::string>& symbol,
                                                    const tl::expected<std::uint32_t, Refusal>& calibrated);

} // namespace sbx
