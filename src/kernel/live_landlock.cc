#include "kernel/live_landlock.h"

#include "kernel/kernel_memory.h"
#include "kernel/landlock_calibration.h"
#include "kernel/landlock_reading.h"
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
  const auto reading = prepare_landlock_reading(pidfd);
  if (!reading)
    return refused(reading.error().error, reading.error().detail);
  if (has_vanished(pidfd))
    return ended();
  return read_with_room(pidfd, sizeof(landlock_task_record),
                        [&](std::size_t ring_bytes, std::size_t& needed) {
                          return read_once(pidfd, reading->places, reading->abi, ring_bytes, needed, objects);
                        });
}

} // namespace sbx
