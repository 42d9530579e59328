#include "kernel/landlock_reading.h"

#include "core/errno_name.h"
#include "kernel/landlock_call.h"
#include "kernel/landlock_layout.h"

#include <cerrno>

namespace sbx {

tl::expected<LandlockReading, Refusal> prepare_landlock_reading(int pidfd) {
  if (auto allowed = may_call_for(pidfd, "Landlock or bpf(2)", [] { static_cast<void>(landlock::abi()); });
      !allowed)
    return tl::unexpected<Refusal>(allowed.error());
  const int abi = landlock::abi();
  if (abi < 1)
    return tl::unexpected<Refusal>(Refusal{
        abi < 0 ? errno : EBADMSG, "landlock_create_ruleset(2) names no version: " + errno_name(errno)});
  if (auto allowed = may_read_kernel_memory(); !allowed)
    return tl::unexpected<Refusal>(allowed.error());
  auto places = find_places<landlock_layout>(
      landlock_rows(), [&](const Btf& btf) { return resolve_landlock_layout(btf, abi); });
  if (!places)
    return tl::unexpected<Refusal>(places.error());
  return LandlockReading{abi, *places};
}

} // namespace sbx
