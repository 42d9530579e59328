// What does the kernel offer of Landlock? Five answers that mean five things; a kernel version is none of
// them.
#pragma once

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class LandlockOffer {
  available,   // an ABI number came back
  not_built,   // ENOSYS: no Landlock in this kernel
  not_enabled, // EOPNOTSUPP: built, but not in the list of active LSMs
  refused,     // EPERM or another errno: something stands between us and the kernel
  unclear,     // ENOSYS or EOPNOTSUPP that may be the answer of a seccomp filter of our own
};

struct LandlockAnswer {
  LandlockOffer offer;
  std::string words;   // for people
  bool none_can_exist; // proved: no task of this kernel can have a domain
};

// `abi`: what landlock_create_ruleset(2) answered to the version query, or its errno.
// `filtered`: a seccomp filter is on us, or we could not tell. `lsms`: the active LSMs where they were seen:
// a list without landlock proves by itself that there are no domains.
LandlockAnswer landlock_answer(const tl::expected<unsigned, int>& abi, bool filtered,
                               const std::optional<std::vector<std::string>>& lsms);

} // namespace sbx
