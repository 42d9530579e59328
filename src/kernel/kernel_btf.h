// The bytes of the running kernel's BTF, held while they are needed.
#pragma once

#include "core/reading.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace sbx {

class KernelBtf {
public:
  static tl::expected<KernelBtf, Refusal> open(const char* path = "/sys/kernel/btf/vmlinux");
  KernelBtf(KernelBtf&& other) noexcept;
  KernelBtf& operator=(KernelBtf&&) = delete;
  KernelBtf(const KernelBtf&) = delete;
  ~KernelBtf();

  std::string_view bytes() const {
    return mapped_ ? std::string_view(mapped_, size_) : std::string_view(read_);
  }

private:
  KernelBtf() = default;
  const char* mapped_ = nullptr;
  std::size_t size_ = 0;
  std::string read_;
};

} // namespace sbx
