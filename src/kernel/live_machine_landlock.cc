#include "kernel/live_machine_landlock.h"

#include "kernel/landlock_calibration.h"
#include "kernel/landlock_program.h"
#include "kernel/landlock_reading.h"
#include "kernel/task_iterator.h"

#include <cerrno>
#include <map>
#include <set>

namespace sbx {

namespace {

Reading layers_text(const landlock_layout& layout, const LandlockSnapshot& snapshot) {
  std::map<std::uint64_t, std::uint64_t> layers{{0, 0}}; // by domain; no domain is no layer
  for (const landlock_domain_record& it : snapshot.domains)
    layers[it.domain] = decode_head(layout, it.head, it.masks).layers;
  std::string text;
  std::set<std::uint32_t> tids; // one that is numbered anew while the pass lasts may come twice
  for (const landlock_task_record& it : snapshot.tasks) {
    const auto known = layers.find(it.domain);
    if (known == layers.end() || (it.domain != 0 && known->second < 1) || known->second > landlock_max_layers)
      return refused(EBADMSG, "the domain of task " + std::to_string(it.tid) + " makes no sense");
    if (tids.insert(it.tid).second)
      text += std::to_string(it.tid) + " " + std::to_string(known->second) + "\n";
  }
  return text;
}

} // namespace

Reading read_machine_landlock(int own) {
  const auto reading = prepare_landlock_reading(own);
  if (!reading)
    return refused(reading.error().error, reading.error().detail);
  const int abi = reading->abi;
  const Places<landlock_layout>& places = reading->places;
  return read_with_room(
      own, sizeof(landlock_task_record), [&](std::size_t ring, std::size_t& needed) -> Reading {
        auto program = LandlockProgram::load(places.layout, places.task_iterator, ring);
        if (!program)
          return refused(program.error().error, program.error().detail + load_note(program.error().error));
        const auto offset = find_landlock_offset(*program, places.layout, abi);
        if (!offset)
          return refused(offset.error().error, offset.error().detail);
        const auto snapshot = program->tasks(every_process, offset->bytes);
        needed = program->ring_bytes_needed();
        return snapshot ? layers_text(places.layout, *snapshot)
                        : refused(snapshot.error().error, snapshot.error().detail);
      });
}

} // namespace sbx
