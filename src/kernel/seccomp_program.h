// Who runs the BPF programs that read seccomp filters?
#pragma once

#include "core/reading.h"
#include "kernel/seccomp_record.h"

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

struct seccomp_bpf; // the generated skeleton

namespace sbx {

struct SeccompBounds {
  std::size_t filters, instructions; // of a process, each filter counted once
};

class SeccompProgram {
public:
  static tl::expected<SeccompProgram, Refusal> load(const seccomp_layout& layout, std::uint32_t task_iterator,
                                                    std::size_t ring_bytes);

  // ENOBUFS when records found no room; ring_bytes_needed() then says how much would have done.
  tl::expected<SeccompSnapshot, Refusal> tasks(int pidfd);
  // Every filter of the process, in as many runs as the ring buffer needs. EFBIG over the bounds, EAGAIN when
  // a chain was given up in the middle.
  tl::expected<std::vector<SeccompFilterRecord>, Refusal> filters(int pidfd, const SeccompBounds& most);
  std::size_t ring_bytes_needed() const { return ring_bytes_needed_; }

  // How much work each program was for the verifier, which gives up at a million.
  std::vector<std::pair<std::string, std::uint32_t>> verified_insns() const;

private:
  struct Close {
    void operator()(seccomp_bpf* object) const;
  };
  explicit SeccompProgram(seccomp_bpf* object) : object_(object) {}
  tl::expected<SeccompSnapshot, Refusal> iterate(int program_fd, int pidfd);

  std::unique_ptr<seccomp_bpf, Close> object_;
  std::size_t ring_bytes_needed_ = 0;
};

} // namespace sbx
