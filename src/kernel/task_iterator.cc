#include "kernel/task_iterator.h"

#include "core/errno_name.h"
#include "kernel/fd.h"

#include <bpf/bpf.h>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace sbx {

namespace {

constexpr auto any_attach_type = static_cast<bpf_attach_type>(0);
constexpr const char* iterator_section = "sbx_iter_task"; // SEC() of the programs

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

struct RingClose {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

struct Sink {
  const TakeRecord& take;
  std::size_t bytes = 0;
};

int take_from_ring(void* context, void* data, std::size_t size) {
  auto* sink = static_cast<Sink*>(context);
  sink->bytes += size + 8 + 7; // header and alignment
  return sink->take({static_cast<const char*>(data), size}) ? 0 : -EBADMSG;
}

} // namespace

IteratorSection::IteratorSection(std::uint32_t task_iterator) {
  // libbpf 1.1 frees its table twice when the last handler goes and another comes: one stays for good.
  static const int stays =
      libbpf_register_prog_handler("sbx_unused", BPF_PROG_TYPE_KPROBE, any_attach_type, nullptr);
  static_cast<void>(stays);
  LIBBPF_OPTS(libbpf_prog_handler_opts, options);
  options.cookie = task_iterator;
  options.prog_prepare_load_fn = prepare_iterator;
  id_ = libbpf_register_prog_handler(iterator_section, BPF_PROG_TYPE_KPROBE, any_attach_type, &options);
}

IteratorSection::~IteratorSection() {
  if (id_ >= 0)
    libbpf_unregister_prog_handler(id_);
}

tl::expected<void, Refusal> run_over_process(int program_fd, int pidfd) {
  // 0 means "no pidfd" to the kernel.
  const Fd copy(pidfd == 0 ? fcntl(pidfd, F_DUPFD_CLOEXEC, 3) : -1);
  bpf_iter_link_info info{};
  info.task.pid_fd = static_cast<__u32>(copy ? copy.get() : pidfd);
  LIBBPF_OPTS(bpf_link_create_opts, options);
  if (pidfd != every_process) {
    options.iter_info = &info;
    options.iter_info_len = sizeof info;
  }
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
  return {};
}

tl::expected<std::size_t, Refusal> empty_ring(int ring_fd, const TakeRecord& take) {
  Sink sink{take};
  const std::unique_ptr<ring_buffer, RingClose> ring(
      ring_buffer__new(ring_fd, take_from_ring, &sink, nullptr));
  if (!ring)
    return refusal(errno, "mapping the ring buffer: " + errno_name(errno));
  if (const int got = ring_buffer__consume(ring.get()); got < 0)
    return refusal(-got, "reading the ring buffer: " + errno_name(-got));
  return sink.bytes;
}

std::vector<std::pair<std::string, std::uint32_t>> verified_insns_of(bpf_object* object) {
  std::vector<std::pair<std::string, std::uint32_t>> all;
  bpf_program* program = nullptr;
  while ((program = bpf_object__next_program(object, program))) {
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
      all.emplace_back(bpf_program__name(program), info.verified_insns);
  }
  return all;
}

} // namespace sbx
