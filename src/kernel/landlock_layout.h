// Which bytes of kernel memory hold a Landlock domain on this kernel?
#pragma once

#include "kernel/bpf/landlock_wire.h"
#include "kernel/layout.h"

namespace sbx {

// How the rights that each layer handles are stored.
enum class MaskKind : std::uint32_t {
  fs_only = 1,  // access_mask_t fs_access_masks[], to 6.6: 16 bits, nothing but file system rights
  shifted = 2,  // access_mask_t access_masks[], 6.7 to 6.10: network rights above the file system rights
  bitfields = 3 // struct access_masks, since 6.11
};

const LayoutRows<landlock_layout>& landlock_rows();

// `abi` is the kernel's own Landlock version; it tells where shifted masks are cut.
tl::expected<landlock_layout, LayoutError> resolve_landlock_layout(const Btf& btf, int abi);

} // namespace sbx
