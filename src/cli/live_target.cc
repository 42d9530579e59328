#include "cli/live_target.h"

#include "core/escape.h"
#include "kernel/live_kernel.h"
#include "parse/line.h"

#include <fmt/core.h>
#include <limits>

namespace sbx {

namespace {

Result<ProcTarget> open_target(const std::string& target) {
  if (target == "self")
    return ProcTarget::self();
  const auto pid = number<pid_t>(target);
  if (!pid || *pid <= 0)
    return error(ErrorKind::usage,
                 fmt::format("'{}' is no target: give a process id, or 'self'", escaped(target, 40)));
  return ProcTarget::open(*pid);
}

} // namespace

Result<int> with_live_target(const std::string& target, const std::function<Result<int>(Witness&)>& work) {
  constexpr int attempts = 2;
  for (int attempt = 1;; ++attempt) {
    auto opened = open_target(target);
    if (!opened)
      return tl::unexpected<Error>(opened.error());
    LiveKernel kernel(std::move(*opened));
    Witness witness(kernel);
    auto done = work(witness);
    if (done || done.error().kind != ErrorKind::target || attempt == attempts)
      return done;
  }
}

} // namespace sbx
