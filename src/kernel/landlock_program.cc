#include "kernel/landlock_program.h"

#include "core/errno_name.h"
#include "kernel/libbpf_log.h"
#include "kernel/task_iterator.h"
#include "landlock.skel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstring>
#include <iterator>

namespace sbx {

namespace {

tl::unexpected<Refusal> refusal(int error, std::string detail) {
  return tl::unexpected<Refusal>(Refusal{error, std::move(detail)});
}

} // namespace

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
  return verified_insns_of(object_->obj);
}

tl::expected<LandlockSnapshot, Refusal> LandlockProgram::iterate(int program_fd, int pidfd) {
  const LibbpfLog log;
  LandlockSnapshot snapshot;
  const auto take = [&](std::string_view bytes) { return take_record(snapshot, bytes); };
  const auto ran = run_and_take(*object_->bss, program_fd, bpf_map__fd(object_->maps.records), pidfd, take,
                                ring_bytes_needed_);
  if (!ran)
    return tl::unexpected<Refusal>(ran.error());
  return snapshot;
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
  std::vector<LandlockRuleRecord> all;
  const auto once = [&]() -> tl::expected<std::size_t, Refusal> {
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
    return all.size();
  };
  const auto read = run_until_read(*object_->bss, "the rules of a domain", once);
  if (!read)
    return tl::unexpected<Refusal>(read.error());
  return all;
}

} // namespace sbx
