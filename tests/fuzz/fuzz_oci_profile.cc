// Any bytes as a seccomp profile, and what it comes to.
#include "seccomp/policy_table.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto profile =
      sbx::parse_oci_profile({reinterpret_cast<const char*>(data), size},
                             size % 2 ? sbx::OciDialect::runtimes : sbx::OciDialect::references);
  if (!profile)
    return 0;
  sbx::Decisions decisions;
  const auto policy =
      sbx::policy_table(*profile, {size, sbx::abis_of("x86_64"), sbx::KernelVersion{5, 4}}, decisions);
  if (!policy)
    return 0;
  for (const sbx::AbiPolicy& abi : *policy)
    for (const sbx::PolicyCall& call : abi.calls)
      if (call.decision >= decisions.size())
        __builtin_trap();
  return 0;
}
