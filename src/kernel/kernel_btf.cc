#include "kernel/kernel_btf.h"

#include "core/errno_name.h"
#include "kernel/fd.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace sbx {

namespace {
constexpr off_t most_bytes = 64 << 20; // 5 MB as of 7.3
}

tl::expected<KernelBtf, Refusal> KernelBtf::open(const char* path) {
  const auto refusal = [&](int error, const std::string& why) {
    return tl::unexpected<Refusal>(Refusal{error, std::string(path) + ": " + why});
  };
  const Fd file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT)
    return refusal(ENOENT,
                   "not there: the kernel was built without CONFIG_DEBUG_INFO_BTF, or /sys is not mounted");
  struct stat status {};
  if (!file || fstat(file.get(), &status))
    return refusal(errno, errno_name(errno));
  if (status.st_size <= 0 || status.st_size > most_bytes)
    return refusal(EFBIG, "has " + std::to_string(status.st_size) + " bytes");
  KernelBtf btf;
  btf.size_ = static_cast<std::size_t>(status.st_size);
  // Since 6.16 the file can be mapped, which spares a copy of 5 MB.
  void* mapped = mmap(nullptr, btf.size_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.get(), 0);
  if (mapped != MAP_FAILED) {
    btf.mapped_ = static_cast<const char*>(mapped);
    return btf;
  }
  btf.read_.resize(btf.size_);
  for (std::size_t at = 0; at < btf.size_;) {
    const ssize_t got = ::read(file.get(), btf.read_.data() + at, btf.size_ - at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return refusal(got < 0 ? errno : EIO, "reading it stopped after " + std::to_string(at) + " bytes");
    at += static_cast<std::size_t>(got);
  }
  return btf;
}

KernelBtf::KernelBtf(KernelBtf&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)), size_(other.size_), read_(std::move(other.read_)) {}

KernelBtf::~KernelBtf() {
  if (mapped_)
    munmap(const_cast<char*>(mapped_), size_);
}

} // namespace sbx
