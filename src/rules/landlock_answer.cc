#include "rules/landlock_answer.h"

#include "core/errno_name.h"

#include <algorithm>
#include <cerrno>

namespace sbx {

LandlockAnswer landlock_answer(const tl::expected<unsigned, int>& abi, bool filtered,
                               const std::optional<std::vector<std::string>>& lsms) {
  if (abi)
    return {LandlockOffer::available, "ABI " + std::to_string(*abi), false};
  const bool listed = lsms && std::find(lsms->begin(), lsms->end(), "landlock") != lsms->end();
  const bool unlisted = lsms && !listed;
  const int error = abi.error();
  if (error == ENOSYS && (unlisted || (!filtered && !listed)))
    return {LandlockOffer::not_built, "this kernel has no Landlock (ENOSYS)", true};
  if (error == EOPNOTSUPP && (unlisted || (!filtered && !listed)))
    return {LandlockOffer::not_enabled,
            "built into this kernel but not in its list of active LSMs (EOPNOTSUPP)", true};
  if (error == ENOSYS || error == EOPNOTSUPP)
    return {LandlockOffer::unclear,
            errno_name(error) +
                (listed ? ", though it is in the list of active LSMs: a seccomp filter answers for it"
                        : ", perhaps from a seccomp filter on the inspector itself"),
            unlisted};
  return {LandlockOffer::refused, "refused with " + errno_name(error) + ", most likely by a seccomp filter",
          unlisted};
}

} // namespace sbx
