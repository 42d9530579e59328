// Who answers? The one door between pure code and the system: a live kernel, a recording, or a fake in tests.
#pragma once

#include "core/reading.h"
#include "core/source.h"

#include <string>
#include <vector>

namespace sbx {

class Kernel {
public:
  virtual ~Kernel() = default;
  // Never throws, never blocks longer than a few seconds, and answers a refusal for what it does not know.
  virtual Reading read(Source source) = 0;

  // Of sources that answer about paths of the target (source::target_paths, source::target_walks): the text
  // about each of `paths`, raw bytes from the target's root, none empty and each once; of
  // source::target_net_lookups they are questions (parse/route_lookups.h). A recording answers with all that
  // it holds, which may be about fewer or more.
  virtual Reading read_about(Source source, const std::vector<std::string>& paths) = 0;
};

} // namespace sbx
