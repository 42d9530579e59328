// How is evidence kept from telling the names of variables? They are taken out where they are read, so
// neither a report nor a recording has them. What was known by a name, that it looks like a secret, stays.
#pragma once

#include "kernel/kernel.h"

namespace sbx {

class RedactingKernel final : public Kernel {
public:
  explicit RedactingKernel(Kernel& kernel) : kernel_(kernel) {} // which must outlive it

  Reading read(Source source) override;
  Reading read_about(Source source, const std::vector<std::string>& paths) override;

private:
  Kernel& kernel_;
};

} // namespace sbx
