#include "network/net_capability.h"

#include "rules/initial_ns.h"

#include <algorithm>

namespace sbx {

Answer capable_over_net(Answer has, std::optional<std::uint64_t> own, std::optional<std::uint64_t> owner,
                        const std::vector<UserNs>* chain) {
  if (has == Answer::yes && own == initial_inode("user")) // it reaches all others
    return Answer::yes;
  if (!own || !owner)
    return Answer::unknown;
  if (*owner == *own)
    return has;
  const bool above = chain && !chain->empty() &&
                     std::any_of(chain->begin() + 1, chain->end(),
                                 [&](const UserNs& ancestor) { return *owner == ancestor.inode; });
  return above ? Answer::no : Answer::unknown;
}

} // namespace sbx
