// May we read the kernel's memory about a process, and where are the structures in it? What is asked before
// and after every such reading.
#pragma once

#include "core/reading.h"
#include "kernel/kernel_btf.h"
#include "kernel/layout.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace sbx {

// Costs microseconds and reads nothing: may this process load programs that read kernel memory?
tl::expected<void, Refusal> may_read_kernel_memory();

// There is a pidfd, and no seccomp filter of our own answers bpf(2) or `calls` with our death: a child tries
// them first then. `who` is called, as in "called bpf(2)".
tl::expected<void, Refusal> may_call_for(int pidfd, const std::string& who,
                                         const std::function<void()>& calls);

// The iterator takes the process by number. A zombie keeps its number, so only ESRCH says that it was given
// up: to be asked after the reading.
bool has_vanished(int pidfd);

// How many threads /proc says there are. Nothing where it hides them.
std::optional<std::size_t> thread_count(int pidfd);

std::string load_note(int error); // why a kernel that lets us load programs does not take these

template <class Layout> struct Places {
  Layout layout;
  std::uint32_t task_iterator; // BTF id
};

template <class Layout, class Resolve>
tl::expected<Places<Layout>, Refusal> find_places(const LayoutRows<Layout>& rows, Resolve&& resolve) {
  const auto refusal = [](int error, std::string why) {
    return tl::unexpected<Refusal>(Refusal{error, std::move(why)});
  };
  const auto file = KernelBtf::open();
  if (!file)
    return tl::unexpected<Refusal>(file.error());
  const auto btf = Btf::parse(file->bytes(), structs_of(rows), {task_iterator_function});
  if (!btf)
    return refusal(EBADMSG, "the kernel's BTF cannot be read: " + btf.error());
  const tl::expected<Layout, LayoutError> layout = resolve(*btf);
  if (!layout)
    return refusal(EOPNOTSUPP, layout.error().text);
  const auto iterator = btf->function_id(task_iterator_function);
  if (!iterator)
    return refusal(EINVAL,
                   "the kernel has no iterator over tasks (CONFIG_BPF_SYSCALL with BTF, 5.8 or later)");
  return Places<Layout>{*layout, *iterator};
}

// With a ring buffer for a record of `record_size` for each thread and a little more; and once again with a
// larger one, where that was too small. `read_once` is told its size, and says how much it needed.
template <class ReadOnce> Reading read_with_room(int pidfd, std::size_t record_size, ReadOnce&& read_once) {
  static constexpr std::size_t least = 1 << 18, most = 1 << 28, base = 1 << 17;
  const auto ring_size = [](std::size_t bytes) { return std::bit_ceil(std::clamp(bytes, least, most)); };
  const std::size_t first = ring_size(base + thread_count(pidfd).value_or(1) * (record_size + 16));
  std::size_t needed = 0;
  Reading reading = read_once(first, needed);
  if (!reading && reading.error().error == ENOBUFS && needed > first)
    reading = read_once(ring_size(needed + needed / 4), needed);
  return reading;
}

} // namespace sbx
