#include "probes/shared_kernel.h"

namespace sbx {

Reading SharedKernel::read(Source source) {
  const bool of_machine = source.name.starts_with("host/") || source.name.starts_with("self/") ||
                          source.name.starts_with("init/");
  if (!of_machine)
    return kernel_.read(source);
  const auto known = shared_.find(source);
  return known != shared_.end() ? known->second : shared_.emplace(source, kernel_.read(source)).first->second;
}

Reading SharedKernel::read_about(Source source, const std::vector<std::string>& paths) {
  return kernel_.read_about(source, paths);
}

} // namespace sbx
