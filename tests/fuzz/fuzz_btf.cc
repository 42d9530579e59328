// Any bytes as a kernel's BTF: the layout table is resolved against them.
#include "kernel/landlock_layout.h"
#include "kernel/seccomp_layout.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto landlock =
      sbx::Btf::parse(bytes, sbx::structs_of(sbx::landlock_rows()), {sbx::task_iterator_function});
  if (landlock)
    sbx::resolve_landlock_layout(*landlock, 7);
  const auto seccomp = sbx::Btf::parse(bytes, sbx::structs_of(sbx::seccomp_rows()), {});
  if (seccomp)
    if (const auto layout = sbx::resolve_seccomp_layout(*seccomp))
      if (layout->filter_native.size > seccomp_bitmap_bytes ||
          layout->filter_compat.size > seccomp_bitmap_bytes)
        __builtin_trap();
  return 0;
}
