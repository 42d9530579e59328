// Who answers in a real run? The running kernel, about one target, and about a second process where a
// question names one.
#pragma once

#include "kernel/kernel.h"
#include "kernel/landlock_objects.h"
#include "kernel/proc_target.h"

#include <optional>

namespace sbx {

class LiveKernel final : public Kernel {
public:
  explicit LiveKernel(ProcTarget target, std::optional<ProcTarget> peer = std::nullopt)
      : target_(std::move(target)), peer_(std::move(peer)) {}
  Reading read(Source source) override;
  Reading read_about(Source source, const std::vector<std::string>& paths) override;

private:
  Reading read_of(const ProcTarget& process, Source source);
  ProcTarget target_;
  std::optional<ProcTarget> peer_;
  LandlockObjects landlock_objects_;
};

} // namespace sbx
