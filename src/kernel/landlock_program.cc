#include "kernel/landlock_program.h"

#include "core/errno_name.h"
#include "kernel/fd.h"
#include "kernel/libbpf_log.h"
#include "landlock.skel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>

namespace sbx {

namespace {

constexpr auto any_attach_type = static_cast<bpf_attach_type>(0);
constexpr const char* iterator_section = "sbx_iter_task"; // SEC() in landlock.bpf.c

tl::unexpected<Refusal> refusal(int error, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

// libbpf would find the attach target by parsing all of the kernel's BTF, which takes longer than everything
// else together. So the programs are of another type to it until the moment they are loaded.
int prepare_iterator(bpf_program* program, bpf_prog_load_opts* options, long task_iterator) {
  options->attach_btf_id = static_cast<__u32>(task_iterator);
  options->expected_attach_type = BPF_TRACE_ITER;
  return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

class IteratorSection {
public:
  explicit IteratorSection(std::uint32_t task_iterator) {
    // libbpf 1.1 frees its table twice when the last handler goes and another comes: one stays for good.
    static const int stays =
        libbpf_register_prog_handler("sbx_unused", BPF_PROG_TYPE_KPROBE, any_attach_type, nullptr);
    static_cast<void>(stays);
    LIBBPF_OPTS(libbpf_prog_handler_opts, options);
    options.cookie = task_iterator;
    options.prog_prepare_load_fn = prepare_iterator;
    id_ = libbpf_register_prog_handler(iterator_section, BPF_PROG_TYPE_KPROBE, any_attach_type, &options);
  }
  IteratorSection(const IteratorSection&) = delete;
  IteratorSection& operator=(const IteratorSection&) = delete;
  ~IteratorSection() {
    if (id_ >= 0)
      libbpf_unregister_prog_handler(id_);
  }

private:
  int id_;
};

struct RingClose {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

struct Sink {
  LandlockSnapshot snapshot;
  std::size_t bytes = 0;
};

int take_from_ring(void* context, void* data, std::size_t size) {
  auto* sink = static_cast<Sink*>(context);
  sink->bytes += size + 8 + 7; // header and alignment
  return take_record(sink->snapshot, {static_cast<const char*>(data), size}) ? 0 : -EBADMSG;
}

} // namespace

tl::expected<void, Refusal> may_read_kernel_memory() {
  const LibbpfLog log;
  // The smallest program of a type that needs what task iterators need: CAP_BPF, CAP_PERFMON,
  // CONFIG_BPF_EVENTS.
  const bpf_insn nothing[] = {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
                              {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  const Fd program(bpf_prog_load(BPF_PROG_TYPE_KPROBE, "sbx_may_read", "Dual BSD/GPL", nothing, 2, nullptr));
  if (program)
    return {};
  const int error = errno;
  if (error == EPERM || error == EACCES)
    return refusal(error,
                   "bpf(2) was refused: reading kernel memory needs CAP_BPF and CAP_PERFMON of the initial "
                   "user namespace, as root has, and no seccomp filter in the way");
  if (error == ENOSYS)
    return refusal(error,
                   "there is no bpf(2): the kernel was built without it, or a seccomp filter hides it");
  if (error == EINVAL)
    return refusal(error,
                   "the kernel knows no tracing programs (CONFIG_BPF_EVENTS), so its memory cannot be read");
  return refusal(error, "bpf(2) refused the smallest program: " + errno_name(error));
}

void LandlockProgram::Close::operator()(landlock_bpf* object) const { landlock_bpf__destroy(object); }

tl::expected<LandlockProgram, Refusal>
LandlockProgram::load(const landlock_layout& layout, std::uint32_t task_iterator, std::size_t ring_bytes) {
  const LibbpfLog log;
  const IteratorSection section(task_iterator);
  LandlockProgram program(landlock_bpf__open());
  if (!program.object_)
    return refusal(errno, "opening the BPF object: " + log.summary());
  landlock_bpf& object = *program.object_;
  std::memcpy(
      const_cast<landlock_layout*>(static_cast<const volatile landlock_layout*>(&object.rodata->layout)),
      &layout, sizeof layout);
  if (const int error = bpf_map__set_max_entries(object.maps.records, static_cast<__u32>(ring_bytes)))
    return refusal(-error, "sizing the ring buffer");
  if (const int error = landlock_bpf__load(&object))
    return refusal(-error, "loading the BPF programs: " + log.summary());
  return program;
}

tl::expected<std::uint32_t, std::string> LandlockProgram::symbol_offset() {
  const LibbpfLog log;
  LIBBPF_OPTS(bpf_test_run_opts, options);
  if (const int error = bpf_prog_test_run_opts(bpf_program__fd(object_->progs.resolve_symbol), &options))
    return tl::unexpected<std::string>("asking for the symbol landlock_blob_sizes: " + errno_name(-error));
  const int error = object_->bss->symbol_error;
  if (error == -ENOENT)
    return tl::unexpected<std::string>(
        "the kernel exports no symbol landlock_blob_sizes (CONFIG_KALLSYMS_ALL)");
  if (error)
    return tl::unexpected<std::string>("the symbol landlock_blob_sizes is hidden (" + errno_name(-error) +
                                       "; kernel.kptr_restrict)");
  return object_->bss->symbol_offset;
}

std::vector<std::pair<std::string, std::uint32_t>> LandlockProgram::verified_insns() const {
  std::vector<std::pair<std::string, std::uint32_t>> all;
  bpf_program* program = nullptr;
  while ((program = bpf_object__next_program(object_->obj, program))) {
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
      all.emplace_back(bpf_program__name(program), info.verified_insns);
  }
  return all;
}

tl::expected<LandlockSnapshot, Refusal> LandlockProgram::iterate(int program_fd, int pidfd) {
  const LibbpfLog log;
  object_->bss->lost_bytes = 0;
  object_->bss->faults = 0;
  ++object_->bss->pass;
  // 0 means "no pidfd" to the kernel.
  const Fd copy(pidfd == 0 ? fcntl(pidfd, F_DUPFD_CLOEXEC, 3) : -1);
  bpf_iter_link_info info{};
  info.task.pid_fd = static_cast<__u32>(copy ? copy.get() : pidfd);
  LIBBPF_OPTS(bpf_link_create_opts, options);
  options.iter_info = &info;
  options.iter_info_len = sizeof info;
  const Fd link(bpf_link_create(program_fd, 0, BPF_TRACE_ITER, &options));
  if (!link)
    return refusal(errno, errno == E2BIG
                              ? "a task iterator cannot be bound to one process: the kernel is older than 6.1"
                              : "binding the task iterator to the process: " + errno_name(errno));
  const Fd iterator(bpf_iter_create(link.get()));
  if (!iterator)
    return refusal(errno, "starting the task iterator: " + errno_name(errno));
  char nothing[16]; // the programs write to the ring buffer, never here
  for (ssize_t got = 1; got != 0;) {
    got = read(iterator.get(), nothing, sizeof nothing);
    if (got < 0 && errno != EINTR && errno != EAGAIN)
      return refusal(errno, "running the task iterator: " + errno_name(errno));
  }
  Sink sink;
  const std::unique_ptr<ring_buffer, RingClose> ring(
      ring_buffer__new(bpf_map__fd(object_->maps.records), take_from_ring, &sink, nullptr));
  if (!ring)
    return refusal(errno, "mapping the ring buffer: " + errno_name(errno));
  if (const int got = ring_buffer__consume(ring.get()); got < 0)
    return refusal(-got, "reading the ring buffer: " + errno_name(-got));
  ring_bytes_needed_ = sink.bytes + object_->bss->lost_bytes;
  if (object_->bss->lost_bytes > 0)
    return refusal(ENOBUFS, "the ring buffer was too small: " + std::to_string(object_->bss->lost_bytes) +
                                " bytes of " + std::to_string(ring_bytes_needed_) + " were lost");
  return std::move(sink.snapshot);
}

tl::expected<std::vector<landlock_slot_record>, Refusal> LandlockProgram::slots(int pidfd) {
  auto snapshot = iterate(bpf_program__fd(object_->progs.dump_slots), pidfd);
  if (!snapshot)
    return tl::unexpected<Refusal>(snapshot.error());
  return std::move(snapshot->slots);
}

tl::expected<LandlockSnapshot, Refusal> LandlockProgram::tasks(int pidfd, std::uint32_t blob_offset) {
  object_->data->blob_offset = blob_offset;
  auto snapshot = iterate(bpf_program__fd(object_->progs.dump_tasks), pidfd);
  if (snapshot && object_->bss->faults > 0)
    return refusal(EFAULT, std::to_string(object_->bss->faults) +
                               " pointers of the tasks led nowhere, so the layout "
                               "of the kernel's structures is not what its BTF says");
  return snapshot;
}

tl::expected<std::vector<LandlockRuleRecord>, Refusal>
LandlockProgram::rules(int pidfd, std::uint32_t blob_offset, std::size_t most) {
  object_->data->blob_offset = blob_offset;
  ++object_->bss->rules_pass;
  object_->bss->walk_domain = 0;
  std::vector<LandlockRuleRecord> all;
  constexpr int most_idle = 2; // a tree may be empty
  int idle = 0;
  do {
    object_->bss->walk_more = 0;
    const std::size_t had = all.size();
    auto part = iterate(bpf_program__fd(object_->progs.dump_rules), pidfd);
    if (!part)
      return tl::unexpected<Refusal>(part.error());
    if (object_->bss->faults > 0)
      return refusal(EFAULT,
                     std::to_string(object_->bss->faults) +
                         " pointers of the rules led nowhere, so the layout of the kernel's structures is "
                         "not what its BTF says, or they were freed meanwhile");
    std::move(part->rules.begin(), part->rules.end(), std::back_inserter(all));
    if (all.size() > most)
      return refusal(EFBIG, "more than " + std::to_string(most) + " rules");
    if (object_->bss->walk_domain && !object_->bss->walk_more)
      return refusal(EAGAIN, "a domain was given up while its rules were read");
    idle = all.size() == had ? idle + 1 : 0;
    if (idle > most_idle)
      return refusal(ENOBUFS, "the ring buffer has no room for one rule");
  } while (object_->bss->walk_more);
  return all;
}

} // namespace sbx
