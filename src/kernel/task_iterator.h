// How is a BPF task iterator loaded, run over the threads of one process, and its ring buffer emptied? What
// the loaders of all objects that include bpf/task.bpf.h do alike.
#pragma once

#include "core/reading.h"

#include <bpf/libbpf.h>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace sbx {

// While one of these lives, programs of the section "sbx_iter_task" are loaded as iter/task. It is given the
// BTF id of bpf_iter_task, so that libbpf does not parse the kernel's BTF once more.
class IteratorSection {
public:
  explicit IteratorSection(std::uint32_t task_iterator);
  IteratorSection(const IteratorSection&) = delete;
  IteratorSection& operator=(const IteratorSection&) = delete;
  ~IteratorSection();

private:
  int id_;
};

using TakeRecord = std::function<bool(std::string_view bytes)>; // false: it is none of ours

// Over every task of our PID namespace. Not the -1 of a pidfd that could not be had: that is EBADF.
inline constexpr int every_process = std::numeric_limits<int>::min();

// E2BIG before 6.1, where an iterator cannot be bound to one process.
tl::expected<void, Refusal> run_over_process(int program_fd, int pidfd);

// How many bytes of the ring buffer the records took up.
tl::expected<std::size_t, Refusal> empty_ring(int ring_fd, const TakeRecord& take);

// How much work each program was for the verifier, which gives up at a million.
std::vector<std::pair<std::string, std::uint32_t>> verified_insns_of(bpf_object* object);

// One run. ENOBUFS when records found no room; ring_bytes then says how much would have done.
template <class Bss>
tl::expected<void, Refusal> run_and_take(Bss& bss, int program_fd, int ring_fd, int pidfd,
                                         const TakeRecord& take, std::size_t& ring_bytes) {
  bss.lost_bytes = 0;
  bss.faults = 0;
  ++bss.pass;
  if (auto ran = run_over_process(program_fd, pidfd); !ran)
    return ran;
  const auto bytes = empty_ring(ring_fd, take);
  if (!bytes)
    return tl::unexpected<Refusal>(bytes.error());
  ring_bytes = *bytes + bss.lost_bytes;
  if (bss.lost_bytes > 0)
    return tl::unexpected<Refusal>(
        Refusal{ENOBUFS, "the ring buffer was too small: " + std::to_string(bss.lost_bytes) + " bytes of " +
                             std::to_string(ring_bytes) + " were lost"});
  return {};
}

// What does not fit into the ring buffer is read in several runs. `once` makes one and says how many records
// there are by now. EAGAIN when what was being read was given up in the middle.
template <class Bss, class Once>
tl::expected<void, Refusal> run_until_read(Bss& bss, const std::string& what, Once&& once) {
  constexpr int most_idle = 2; // a tree may be empty
  int idle = 0;
  std::size_t had = 0;
  bss.walk_of = 0;
  do {
    bss.walk_more = 0;
    const tl::expected<std::size_t, Refusal> have = once();
    if (!have)
      return tl::unexpected<Refusal>(have.error());
    if (bss.walk_of && !bss.walk_more)
      return tl::unexpected<Refusal>(Refusal{EAGAIN, what + " were given up while they were read"});
    idle = *have == had ? idle + 1 : 0;
    had = *have;
    if (idle > most_idle)
      return tl::unexpected<Refusal>(Refusal{ENOBUFS, "the ring buffer has no room for one of " + what});
  } while (bss.walk_more);
  return {};
}

} // namespace sbx
