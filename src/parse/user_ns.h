// Who owns the target's user namespace, and how deep is it? The dialect of target/user_ns (ioctl_ns(2)):
//
//   user 4026532000 owner_uid=1000     the target's own, then its ancestors as far as we may look
//   user 4026531837 owner_uid=0
//   end EPERM                          why the chain ends: EPERM is the initial one, or outside our own
#pragma once

#include "parse/malformed.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx {

struct UserNs {
  std::uint64_t inode = 0;
  std::uint32_t owner_uid = 0; // as our user namespace numbers it
};

Parsed<std::vector<UserNs>> parse_user_ns(std::string_view text); // the target's own first; never empty

} // namespace sbx
