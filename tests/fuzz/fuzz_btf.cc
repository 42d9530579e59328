// Any bytes as a kernel's BTF: the layout table is resolved against them.
#include "kernel/landlock_layout.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto btf = sbx::Btf::parse(bytes, sbx::structs_of(sbx::landlock_rows()), {sbx::task_iterator_function});
  if (btf)
    sbx::resolve_landlock_layout(*btf, 7);
  return 0;
}
