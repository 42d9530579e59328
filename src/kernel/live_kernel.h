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
  // From now on the target's seccomp filters are read by ptrace(2), which stops its threads for a moment, and
  // BPF is not tried. For users who asked for it; the text says how it was read.
  void read_seccomp_by_ptrace() { seccomp_by_ptrace_ = true; }

  Reading read(Source source) override;
  Reading read_about(Source source, const std::vector<std::string>& paths) override;

private:
  Reading read_of(const ProcTarget& process, Source source);
  ProcTarget target_;
  std::optional<ProcTarget> peer_;
  LandlockObjects landlock_objects_;
  std::optional<Reading> environment_;
  bool seccomp_by_ptrace_ = false;
};

} // namespace sbx
