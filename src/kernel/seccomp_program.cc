#include "kernel/seccomp_program.h"

#include "kernel/libbpf_log.h"
#include "kernel/task_iterator.h"
#include "seccomp.skel.h"

#include <bpf/libbpf.h>
#include <cerrno>
#include <cstring>
#include <utility>

namespace sbx {

namespace {

tl::unexpected<Refusal> refusal(int error, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

} // namespace

void SeccompProgram::Close::operator()(seccomp_bpf* object) const { seccomp_bpf__destroy(object); }

tl::expected<SeccompProgram, Refusal>
SeccompProgram::load(const seccomp_layout& layout, std::uint32_t task_iterator, std::size_t ring_bytes) {
  const LibbpfLog log;
  const IteratorSection section(task_iterator);
  SeccompProgram program(seccomp_bpf__open());
  if (!program.object_)
    return refusal(errno, "opening the BPF object: " + log.summary());
  seccomp_bpf& object = *program.object_;
  std::memcpy(
      const_cast<seccomp_layout*>(static_cast<const volatile seccomp_layout*>(&object.rodata->layout)),
      &layout, sizeof layout);
  if (const int error = bpf_map__set_max_entries(object.maps.records, static_cast<__u32>(ring_bytes)))
    return refusal(-error, "sizing the ring buffer");
  if (const int error = seccomp_bpf__load(&object))
    return refusal(-error, "loading the BPF programs: " + log.summary());
  return program;
}

std::vector<std::pair<std::string, std::uint32_t>> SeccompProgram::verified_insns() const {
  return verified_insns_of(object_->obj);
}

tl::expected<SeccompSnapshot, Refusal> SeccompProgram::iterate(int program_fd, int pidfd) {
  const LibbpfLog log;
  SeccompSnapshot snapshot;
  const auto take = [&](std::string_view bytes) { return take_record(snapshot, bytes); };
  const auto ran = run_and_take(*object_->bss, program_fd, bpf_map__fd(object_->maps.records), pidfd, take,
                                ring_bytes_needed_);
  if (!ran)
    return tl::unexpected<Refusal>(ran.error());
  if (object_->bss->faults > 0)
    return refusal(EFAULT, std::to_string(object_->bss->faults) +
                               " pointers of the tasks and their filters led nowhere, so the layout of the "
                               "kernel's structures is not what its BTF says, or they were freed meanwhile");
  return snapshot;
}

tl::expected<SeccompSnapshot, Refusal> SeccompProgram::tasks(int pidfd) {
  return iterate(bpf_program__fd(object_->progs.dump_tasks), pidfd);
}

tl::expected<std::vector<SeccompFilterRecord>, Refusal> SeccompProgram::filters(int pidfd,
                                                                                const SeccompBounds& most) {
  ++object_->bss->filters_pass;
  std::vector<SeccompFilterRecord> all;
  std::size_t bytes = 0;
  const auto once = [&]() -> tl::expected<std::size_t, Refusal> {
    auto part = iterate(bpf_program__fd(object_->progs.dump_filters), pidfd);
    if (!part)
      return tl::unexpected<Refusal>(part.error());
    for (SeccompFilterRecord& filter : part->filters) {
      bytes += filter.code.size();
      all.push_back(std::move(filter));
    }
    if (all.size() > most.filters || bytes > most.instructions * seccomp_instruction_bytes)
      return refusal(EFBIG, "more than " + std::to_string(most.filters) + " filters or " +
                                std::to_string(most.instructions) + " instructions");
    return all.size();
  };
  const auto read = run_until_read(*object_->bss, "the filters of a thread", once);
  if (!read)
    return tl::unexpected<Refusal>(read.error());
  return all;
}

} // namespace sbx
