// Who answers in a replay? The recording, and for what it does not hold: that it was not asked.
#pragma once

#include "core/evidence.h"
#include "kernel/kernel.h"

namespace sbx {

class RecordedKernel final : public Kernel {
public:
  explicit RecordedKernel(Evidence evidence) : evidence_(std::move(evidence)) {}
  Reading read(Source source) override;
  Reading read_about(Source source, const std::vector<std::string>& paths) override;

private:
  Evidence evidence_;
};

} // namespace sbx
