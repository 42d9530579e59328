// Which bytes of kernel memory hold a Landlock domain on this kernel? The table of every member that is read,
// by the names it had from 5.13 to 7.3, and its resolution against the kernel's BTF.
#pragma once

#include "kernel/bpf/landlock_wire.h"
#include "kernel/btf.h"

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace sbx {

// How the rights that each layer handles are stored.
enum class MaskKind : std::uint32_t {
  fs_only = 1,  // access_mask_t fs_access_masks[], to 6.6: 16 bits, nothing but file system rights
  shifted = 2,  // access_mask_t access_masks[], 6.7 to 6.10: network rights above the file system rights
  bitfields = 3 // struct access_masks, since 6.11
};

struct LayoutRow {
  landlock_field landlock_layout::*field;
  std::string_view paths; // "struct:member.member", alternatives separated by '|', newest first
  bool required;          // on every kernel; the others came with later ones
};

struct LayoutError {
  bool without_landlock; // the kernel was built without Landlock: it has none of its structures
  std::string text;
};

const std::vector<LayoutRow>& layout_rows();
std::vector<std::string_view>
layout_structs(); // every struct that the rows name: what Btf::parse is to look for

inline constexpr std::string_view task_iterator_function =
    "bpf_iter_task"; // attach target of iter/task programs

// `abi` is the kernel's own Landlock version; it tells where shifted masks are cut.
tl::expected<landlock_layout, LayoutError> resolve_layout(const Btf& btf, int abi);

} // namespace sbx
