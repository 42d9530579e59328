// Who runs the BPF programs? One loaded object: calibration and reading share it.
#pragma once

#include "core/reading.h"
#include "kernel/landlock_record.h"

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

struct landlock_bpf; // the generated skeleton

namespace sbx {

class LandlockProgram {
public:
  // `task_iterator` is the BTF id of bpf_iter_task: given, libbpf does not parse the kernel's BTF once more.
  static tl::expected<LandlockProgram, Refusal> load(const landlock_layout& layout,
                                                     std::uint32_t task_iterator, std::size_t ring_bytes);

  // landlock_blob_sizes.lbs_cred, or why it cannot be had: the symbol is not exported, or hidden.
  tl::expected<std::uint32_t, std::string> symbol_offset();

  tl::expected<std::vector<landlock_slot_record>, Refusal> slots(int pidfd);
  // ENOBUFS when records found no room; ring_bytes_needed() then says how much would have done.
  tl::expected<LandlockSnapshot, Refusal> tasks(int pidfd, std::uint32_t blob_offset);
  // The rules of every domain of the process, in as many runs as the ring buffer needs. EFBIG when there are
  // more than `most`, EAGAIN when a domain was given up in the middle.
  tl::expected<std::vector<LandlockRuleRecord>, Refusal> rules(int pidfd, std::uint32_t blob_offset,
                                                               std::size_t most);
  std::size_t ring_bytes_needed() const { return ring_bytes_needed_; }

  // How much work each program was for the verifier, which gives up at a million.
  std::vector<std::pair<std::string, std::uint32_t>> verified_insns() const;

private:
  struct Close {
    void operator()(landlock_bpf* object) const;
  };
  explicit LandlockProgram(landlock_bpf* object) : object_(object) {}
  tl::expected<LandlockSnapshot, Refusal> iterate(int program_fd, int pidfd);

  std::unique_ptr<landlock_bpf, Close> object_;
  std::size_t ring_bytes_needed_ = 0;
};

} // namespace sbx
