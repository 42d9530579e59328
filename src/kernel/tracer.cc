#include "kernel/tracer.h"

#include "core/errno_name.h"
#include "kernel/kernel_memory.h"
#include "kernel/libbpf_log.h"
#include "kernel/task_iterator.h"
#include "kernel/trace_calls.h"
#include "kernel/trace_layout.h"
#include "kernel/trace_text.h"
#include "trace.skel.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <poll.h>
#include <utility>
#include <vector>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr int look_every_ms = 50;
constexpr std::string_view of_landlock = "landlock_"; // these came with 7.3

tl::unexpected<Refusal> refusal(int error, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

trace_hold number_of(HoldWhen hold) {
  switch (hold) {
  case HoldWhen::never:
    return trace_hold_never;
  case HoldWhen::confined_exec:
    return trace_hold_confined_exec;
  case HoldWhen::landlock:
    return trace_hold_landlock;
  case HoldWhen::seccomp:
    return trace_hold_seccomp;
  case HoldWhen::exec:
    return trace_hold_exec;
  }
  return trace_hold_never;
}

template <class T> T& given(const volatile T& constant) { return const_cast<T&>(constant); }

void give(trace_bpf& object, const trace_layout& layout, const TracePlan& plan) {
  auto& constants = *object.rodata;
  std::memcpy(&given(constants.layout), &layout, sizeof layout);
  for (const TraceCall& call : trace_calls()) {
    given(constants.recipes[call.kind]) = call.recipe;
    if (call.native >= 0 && call.native < trace_most_numbers)
      given(constants.native_kinds[call.native]) = static_cast<__u8>(call.kind);
#ifdef __x86_64__
    given(constants.knows_compat) = 1;
    for (const int number : call.i386)
      if (number >= 0)
        given(constants.i386_kinds[number]) = static_cast<__u8>(call.kind);
#endif
  }
  given(constants.hold) = number_of(plan.hold);
  given(constants.exec_name_size) = static_cast<__u32>(plan.exec_name.size());
  std::memcpy(const_cast<char*>(constants.exec_name), plan.exec_name.data(), plan.exec_name.size());
}

struct LinkClose {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using Link = std::unique_ptr<bpf_link, LinkClose>;
struct RingClose {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};
struct ObjectClose {
  void operator()(trace_bpf* object) const { trace_bpf__destroy(object); }
};

std::uint64_t boot_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t misses(const bpf_program* program) {
  bpf_prog_info info{};
  __u32 size = sizeof info;
  return bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0 ? info.recursion_misses : 0;
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names)
    text.append(text.empty() ? "" : ",").append(name);
  return text;
}

} // namespace

struct Tracer::Loaded {
  std::unique_ptr<trace_bpf, ObjectClose> object;
  std::vector<Link> links;
  std::vector<std::string_view> tracepoints; // those of Landlock that this kernel has
  std::unique_ptr<ring_buffer, RingClose> ring;
  std::uint64_t began = 0;
  trace_hold hold = trace_hold_never;
  std::vector<TraceLine> lines;
  std::uint64_t held_taken = 0;
  std::uint64_t strange = 0; // records that are none of ours

  tl::expected<void, Refusal> attach_all();
  tl::expected<void, Refusal> open_ring();
  int consume();
};

tl::expected<void, Refusal> Tracer::Loaded::attach_all() {
  bpf_program* program = nullptr;
  while ((program = bpf_object__next_program(object->obj, program))) {
    const std::string_view section = bpf_program__section_name(program);
    constexpr std::string_view raw = "raw_tp/";
    if (!section.starts_with(raw))
      continue;
    const std::string_view name = section.substr(raw.size());
    const LibbpfLog log;
    Link link(bpf_program__attach_raw_tracepoint(program, name.data()));
    if (link) {
      links.push_back(std::move(link));
      if (name.starts_with(of_landlock))
        tracepoints.push_back(name);
    } else if (!name.starts_with(of_landlock)) {
      return refusal(errno, "attaching to the tracepoint " + std::string(name) + ": " + errno_name(errno));
    }
  }
  return {};
}

tl::expected<void, Refusal> Tracer::Loaded::open_ring() {
  const auto take = [](void* context, void* data, std::size_t size) {
    auto& self = *static_cast<Loaded*>(context);
    auto line = trace_line({static_cast<const char*>(data), size}, self.began, self.hold);
    if (line)
      self.lines.push_back(std::move(*line));
    else
      ++self.strange;
    return 0;
  };
  ring.reset(ring_buffer__new(bpf_map__fd(object->maps.records), take, this, nullptr));
  if (!ring)
    return refusal(errno, "mapping the ring buffer: " + errno_name(errno));
  return {};
}

int Tracer::Loaded::consume() {
  const int got = ring_buffer__consume(ring.get());
  const auto& seen = *object->bss;
  if (seen.held_waits > held_taken) {
    held_taken = seen.held_waits;
    if (auto line = trace_line({reinterpret_cast<const char*>(&seen.held), sizeof seen.held}, began, hold))
      lines.push_back(std::move(*line));
  }
  return got;
}

Tracer::Tracer(std::unique_ptr<Loaded> loaded) : loaded_(std::move(loaded)) {}
Tracer::Tracer(Tracer&&) noexcept = default;
Tracer& Tracer::operator=(Tracer&&) noexcept = default;
Tracer::~Tracer() = default;

tl::expected<Tracer, Refusal> Tracer::attach(const TracePlan& plan) {
  if (plan.exec_name.size() >= trace_name_bytes)
    return refusal(ENAMETOOLONG, "no file has a name of more than 255 bytes");
  if (auto may = may_read_kernel_memory(); !may)
    return tl::unexpected<Refusal>(may.error());
  const auto places = find_places<trace_layout>(trace_rows(), resolve_trace_layout);
  if (!places)
    return tl::unexpected<Refusal>(places.error());
  const LibbpfLog log;
  const IteratorSection section(places->task_iterator);
  auto loaded = std::make_unique<Loaded>();
  loaded->hold = number_of(plan.hold);
  loaded->object.reset(trace_bpf__open());
  if (!loaded->object)
    return refusal(errno, "opening the BPF object: " + log.summary());
  give(*loaded->object, places->layout, plan);
  if (const int error = trace_bpf__load(loaded->object.get()))
    return refusal(-error, "loading the BPF programs: " + log.summary() + load_note(-error));
  if (auto opened = loaded->open_ring(); !opened)
    return tl::unexpected<Refusal>(opened.error());
  loaded->began = boot_ns();
  if (auto attached = loaded->attach_all(); !attached)
    return tl::unexpected<Refusal>(attached.error());
  return Tracer(std::move(loaded));
}

tl::expected<void, Refusal> Tracer::watch(int pidfd) {
  auto& seen = *loaded_->object->bss;
  seen.mark_faults = seen.marked = 0;
  if (auto ran = run_over_process(bpf_program__fd(loaded_->object->progs.mark), pidfd); !ran)
    return ran;
  if (seen.mark_faults > 0)
    return refusal(EFAULT, "the process was not found where the kernel's BTF says, so it cannot be watched");
  if (!has_vanished(pidfd) && seen.marked != 0)
    return {};
  // The iterator takes it by its number, which another process may have by now.
  if (seen.marked != 0) {
    LIBBPF_OPTS(bpf_test_run_opts, nothing);
    bpf_prog_test_run_opts(bpf_program__fd(loaded_->object->progs.unmark), &nothing);
  }
  return refusal(ESRCH, "the process that was to be watched has vanished");
}

tl::expected<std::size_t, Refusal> Tracer::take(int timeout_ms,
                                                const std::function<void(std::string_view line)>& line) {
  auto& lines = loaded_->lines;
  const auto end = clock::now() + std::chrono::milliseconds(std::max(timeout_ms, 0));
  for (;;) {
    const int got = loaded_->consume();
    if (got < 0)
      return refusal(-got, "reading the ring buffer: " + errno_name(-got));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now()).count();
    if (!lines.empty() || left <= 0)
      break;
    pollfd ready{ready_fd(), POLLIN, 0};
    poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left, look_every_ms)));
  }
  if (loaded_->strange > 0)
    return refusal(EBADMSG, "the ring buffer holds records that are none of ours");
  // Those of two CPUs may have passed each other on the way in.
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  const std::size_t count = lines.size();
  for (const TraceLine& each : lines)
    line(each.text);
  lines.clear();
  return count;
}

int Tracer::ready_fd() const { return ring_buffer__epoll_fd(loaded_->ring.get()); }

std::string Tracer::attached_line() const {
  std::vector<std::string_view> calls; // what this architecture does not have is not missed
  for (const TraceCall& call : trace_calls())
    if (call.native >= 0)
      calls.push_back(call.name);
  return "attached calls=" + listed(calls) + " missing= events=" + listed(loaded_->tracepoints);
}

TraceLosses Tracer::losses() const {
  const auto& seen = *loaded_->object->bss;
  TraceLosses losses{seen.lost_events, seen.lost_calls, seen.lost_processes};
  bpf_program* program = nullptr;
  while ((program = bpf_object__next_program(loaded_->object->obj, program)))
    (program == loaded_->object->progs.call_returned ? losses.calls
     : program == loaded_->object->progs.forked      ? losses.processes
                                                     : losses.events) += misses(program);
  return losses;
}

std::vector<std::pair<std::string, std::uint32_t>> Tracer::verified_insns() const {
  return verified_insns_of(loaded_->object->obj);
}

} // namespace sbx
