#include "kernel/live_seccomp.h"

#include "kernel/kernel_memory.h"
#include "kernel/seccomp_layout.h"
#include "kernel/seccomp_program.h"
#include "kernel/seccomp_text.h"
#include "kernel/settled_passes.h"

#include <cerrno>

namespace sbx {

namespace {

// Of one chain the kernel allows 32,768 instructions (MAX_INSNS_PER_PATH of kernel/seccomp.c); threads may
// have one each. A recording of as many as this is 25 MB.
constexpr SeccompBounds most{32'768, 1 << 20};

Reading ended() { return refused(ESRCH, "the process ended while its seccomp filters were read"); }

tl::expected<Settled<SeccompSnapshot>, Refusal> read_chains(SeccompProgram& program, int pidfd) {
  return read_settled(
      [&] { return program.tasks(pidfd); },
      // A filter never changes; nor is it freed as long as a thread has it, or one that stands on it.
      [&] { return program.filters(pidfd, most); },
      [&](const SeccompSnapshot& one, const SeccompSnapshot& other) {
        return same_tasks(one, other) &&
               thread_count(pidfd).value_or(other.tasks.size()) == other.tasks.size();
      },
      [](SeccompSnapshot& snapshot, tl::expected<std::vector<SeccompFilterRecord>, Refusal>&& filters) {
        if (filters)
          snapshot.filters = std::move(*filters);
        else
          snapshot.filters_refused = filters.error();
      });
}

Reading read_once(int pidfd, const Places<seccomp_layout>& places, std::size_t ring_bytes,
                  std::size_t& needed) {
  auto program = SeccompProgram::load(places.layout, places.task_iterator, ring_bytes);
  if (!program)
    return refused(program.error().error, program.error().detail + load_note(program.error().error));
  const auto read = read_chains(*program, pidfd);
  needed = program->ring_bytes_needed();
  if (has_vanished(pidfd))
    return ended();
  if (!read)
    return refused(read.error().error, read.error().detail);
  if (read->snapshot.tasks.empty())
    return refused(ESRCH,
                   "the kernel shows no thread of the process: it ended, or lives in a PID namespace that is "
                   "not ours nor below ours");
  return seccomp_text(places.layout, read->snapshot, read->settled);
}

} // namespace

Reading read_seccomp_filters(int pidfd) {
  if (const auto allowed = may_call_for(pidfd, "bpf(2)", [] {}); !allowed)
    return refused(allowed.error().error, allowed.error().detail);
  if (const auto allowed = may_read_kernel_memory(); !allowed)
    return refused(allowed.error().error, allowed.error().detail);
  if (has_vanished(pidfd))
    return ended();
  const auto places = find_places<seccomp_layout>(seccomp_rows(), resolve_seccomp_layout);
  if (!places)
    return refused(places.error().error, places.error().detail);
  return read_with_room(pidfd, sizeof(seccomp_task_record), [&](std::size_t ring_bytes, std::size_t& needed) {
    return read_once(pidfd, *places, ring_bytes, needed);
  });
}

} // namespace sbx
