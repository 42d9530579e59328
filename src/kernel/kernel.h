// Who answers? The one door between pure code and the system: a live kernel, a recording, or a fake in tests.
#pragma once

#include "core/reading.h"
#include "core/source.h"

namespace sbx {

class Kernel {
public:
  virtual ~Kernel() = default;
  // Never throws, never blocks longer than a few seconds, and answers a refusal for what it does not know.
  virtual Reading read(Source source) = 0;
};

} // namespace sbx
