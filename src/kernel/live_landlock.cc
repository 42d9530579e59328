#include "kernel/live_landlock.h"

#include "core/errno_name.h"
#include "kernel/kernel_memory.h"
#include "kernel/landlock_calibration.h"
#include "kernel/landlock_call.h"
#include "kernel/landlock_layout.h"
#include "kernel/landlock_text.h"
#include "kernel/settled_passes.h"

#include <cerrno>

namespace sbx {

namespace {

constexpr std::size_t most_rules = 200'000; // a recording of as many is 30 MB

tl::expected<Settled<LandlockSnapshot>, Refusal> read_domains(LandlockProgram& program, int pidfd,
                                                              std::uint32_t offset) {
  return read_settled(
      [&] { return program.tasks(pidfd, offset); },
      // A domain never changes, and no thread leaves one.
      [&] { return program.rules(pidfd, offset, most_rules); },
      [&](const LandlockSnapshot& one, const LandlockSnapshot& other) {
        return same_tasks(one, other) &&
               thread_count(pidfd).value_or(other.tasks.size()) == other.tasks.size();
      },
      [](LandlockSnapshot& snapshot, tl::expected<std::vector<LandlockRuleRecord>, Refusal>&& rules) {
        if (rules)
          snapshot.rules = std::move(*rules);
        else
          snapshot.rules_refused = rules.error();
      });
}

Reading ended() { return refused(ESRCH, "the process ended while its Landlock domains were read"); }

Reading read_once(int pidfd, const Places<landlock_layout>& places, int abi, std::size_t ring_bytes,
                  std::size_t& needed, LandlockObjects& objects) {
  auto program = LandlockProgram::load(places.layout, places.task_iterator, ring_bytes);
  if (!program)
    return refused(program.error().error, program.error().detail + load_note(program.error().error));
  const auto offset = find_landlock_offset(*program, places.layout, abi);
  if (!offset)
    return refused(offset.error().error, offset.error().detail);
  const auto read = read_domains(*program, pidfd, offset->bytes);
  needed = program->ring_bytes_needed();
  if (has_vanished(pidfd))
    return ended();
  if (!read)
    return refused(read.error().error, read.error().detail);
  if (read->snapshot.tasks.empty())
    return refused(ESRCH,
                   "the kernel shows no thread of the process: it ended, or lives in a PID namespace that is "
                   "not ours nor below ours");
  return landlock_text(places.layout, *offset, read->snapshot, read->settled, objects);
}

} // namespace

Reading read_landlock_domains(int pidfd, LandlockObjects& objects) {
  if (const auto allowed =
          may_call_for(pidfd, "Landlock or bpf(2)", [] { static_cast<void>(landlock::abi()); });
      !allowed)
    return refused(allowed.error().error, allowed.error().detail);
  const int abi = landlock::abi();
  if (abi < 1)
    return refused(abi < 0 ? errno : EBADMSG,
                   "landlock_create_ruleset(2) names no version: " + errno_name(errno));
  if (const auto allowed = may_read_kernel_memory(); !allowed)
    return refused(allowed.error().error, allowed.error().detail);
  if (has_vanished(pidfd))
    return ended();
  const auto places = find_places<landlock_layout>(
      landlock_rows(), [&](const Btf& btf) { return resolve_landlock_layout(btf, abi); });
  if (!places)
    return refused(places.error().error, places.error().detail);
  return read_with_room(pidfd, sizeof(landlock_task_record),
                        [&](std::size_t ring_bytes, std::size_t& needed) {
                          return read_once(pidfd, *places, abi, ring_bytes, needed, objects);
                        });
}

} // namespace sbx
