#include "cli/live_target.h"

#include "cli/look.h"
#include "kernel/live_kernel.h"
#include "kernel/recorded_kernel.h"
#include "kernel/recording.h"
#include "probes/redacting_kernel.h"

namespace sbx {

namespace {

Result<ProcTarget> open_target(const std::string& target) {
  const auto name = parse_target_name(target);
  if (!name)
    return tl::unexpected<Error>(name.error());
  if (name->kind == TargetName::Kind::self)
    return ProcTarget::self();
  if (name->one_process())
    return ProcTarget::open(static_cast<pid_t>(name->pid));
  return only_process(*name).and_then([](pid_t pid) { return ProcTarget::open(pid); });
}

// The peer is opened after the target, so that both are held before anything is read.
Result<std::optional<ProcTarget>> open_peer(std::optional<std::int64_t> pid) {
  if (!pid)
    return std::optional<ProcTarget>();
  return ProcTarget::open(static_cast<pid_t>(*pid)).map([](ProcTarget peer) {
    return std::optional<ProcTarget>(std::move(peer));
  });
}

Result<int> witnessed(Kernel& kernel, bool redact_environment,
                      const std::function<Result<int>(Witness&)>& work) {
  RedactingKernel redacting(kernel);
  Witness witness(redact_environment ? redacting : kernel);
  return work(witness);
}

Result<int> with_live(const Options& options, std::optional<std::int64_t> peer,
                      const std::function<Result<int>(Witness&)>& work) {
  constexpr int attempts = 2;
  for (int attempt = 1;; ++attempt) {
    auto opened = open_target(options.target);
    if (!opened)
      return tl::unexpected<Error>(opened.error());
    auto other = open_peer(peer);
    if (!other)
      return tl::unexpected<Error>(other.error());
    LiveKernel kernel(std::move(*opened), std::move(*other));
    if (options.ptrace)
      kernel.read_seccomp_by_ptrace();
    auto done = witnessed(kernel, options.redact_environment, work);
    if (done || done.error().kind != ErrorKind::target || attempt == attempts)
      return done;
  }
}

} // namespace

Result<int> with_target(const Options& options, std::optional<std::int64_t> peer,
                        const std::function<Result<int>(Witness&)>& work) {
  return options.replay.empty() ? with_live(options, peer, work)
                                : with_recording(options.replay, work, options.redact_environment);
}

Result<int> with_recording(const std::string& directory, const std::function<Result<int>(Witness&)>& work,
                           bool redact_environment) {
  auto evidence = load_recording(directory);
  if (!evidence)
    return tl::unexpected<Error>(evidence.error());
  RecordedKernel kernel(std::move(*evidence));
  return witnessed(kernel, redact_environment, work);
}

} // namespace sbx
