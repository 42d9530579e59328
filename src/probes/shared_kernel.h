// How are several processes inspected without asking the machine the same again for each? What is about the
// machine and the inspector is read once; what is about the target is read of each.
#pragma once

#include "core/evidence.h"
#include "kernel/kernel.h"

namespace sbx {

class SharedKernel final : public Kernel {
public:
  // Both must outlive it. `shared` is filled, and given to the next.
  SharedKernel(Kernel& kernel, Evidence& shared) : kernel_(kernel), shared_(shared) {}

  Reading read(Source source) override;
  Reading read_about(Source source, const std::vector<std::string>& paths) override;

private:
  Kernel& kernel_;
  Evidence& shared_;
};

} // namespace sbx
