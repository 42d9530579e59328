#include "can/world.h"

namespace sbx {

std::optional<std::uint64_t> inode_of(const Known<TaskNs>& ns, const std::string& kind) {
  if (!ns)
    return std::nullopt;
  const auto link = ns->inodes.find(kind);
  return link != ns->inodes.end() && link->second ? std::optional(*link->second) : std::nullopt;
}

} // namespace sbx
