// A child of ours that lives under Landlock layers we know: what a calibration compares the kernel's memory
// with.
#pragma once

#include "core/reading.h"
#include "kernel/fd.h"
#include "kernel/landlock_record.h"

#include <sys/types.h>
#include <tl/expected.hpp>
#include <vector>

namespace sbx {

HandledMasks known_landlock_rights(int abi); // every right that this ABI has

// Forked, quiescent, and gone with its owner or with us, whichever comes first.
class LandlockChild {
public:
  // Adds `layers` to its own, the first with a rule for each of `rule_paths` (O_PATH descriptors).
  static tl::expected<LandlockChild, Refusal> start(std::vector<HandledMasks> layers,
                                                    const std::vector<Fd>& rule_paths, int abi);
  LandlockChild(LandlockChild&& other) noexcept;
  LandlockChild& operator=(LandlockChild&&) = delete;
  LandlockChild(const LandlockChild&) = delete;
  ~LandlockChild();

  // Waits until the child enforces its layers. E2BIG: it could add none, 16 are there already.
  tl::expected<void, Refusal> wait_ready();

  int pidfd() const { return pidfd_.get(); }
  const std::vector<HandledMasks>& layers() const { return layers_; } // after wait_ready: that it could add
  std::uint64_t rules() const { return rules_; }

private:
  LandlockChild() = default;

  pid_t pid_ = -1;
  Fd pidfd_, answer_;
  std::vector<HandledMasks> layers_;
  std::uint64_t rules_ = 0;
};

} // namespace sbx
