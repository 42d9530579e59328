#include "kernel/recorded_kernel.h"

#include <cerrno>

namespace sbx {

Reading RecordedKernel::read(Source source) {
  const auto found = evidence_.find(source);
  return found == evidence_.end() ? refused(ENODATA, "not in this recording") : found->second;
}

Reading RecordedKernel::read_about(Source source, const std::vector<std::string>&) { return read(source); }

} // namespace sbx
