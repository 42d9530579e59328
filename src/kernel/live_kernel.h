// Who answers in a real run? The running kernel, about one target.
#pragma once

#include "kernel/kernel.h"
#include "kernel/landlock_objects.h"
#include "kernel/proc_target.h"

namespace sbx {

class LiveKernel final : public Kernel {
public:
  explicit LiveKernel(ProcTarget target) : target_(std::move(target)) {}
  Reading read(Source source) override;
  Reading read_about(Source source, const std::vector<std::string>& paths) override;

private:
  ProcTarget target_;
  LandlockObjects landlock_objects_;
};

} // namespace sbx
