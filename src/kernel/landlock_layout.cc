#include "kernel/landlock_layout.h"

#include <algorithm>

namespace sbx {

namespace {

using L = landlock_layout;
constexpr int first_abi_with_ioctl_dev = 5; // 6.10: 16 file system rights instead of 15

tl::unexpected<LayoutError> missing(std::string text) {
  return tl::unexpected<LayoutError>(LayoutError{false, std::move(text)});
}

} // namespace

const LayoutRows<L>& landlock_rows() {
  static const LayoutRows<L> rows = with_task_rows<L>({
      {&L::task_pid, "task_struct:pid", true},
      {&L::task_comm, "task_struct:comm", true, true},
      {&L::task_cred, "task_struct:cred", true},
      {&L::task_real_cred, "task_struct:real_cred", true},
      {&L::cred_security, "cred:security", true},
      {&L::blob_domain, "landlock_cred_security:domain", true},
      {&L::domain_layers, "landlock_domain:num_layers|landlock_ruleset:num_layers", true},
      {&L::domain_rules, "landlock_domain:rules.num_rules|landlock_ruleset:num_rules", true},
      {&L::domain_hierarchy, "landlock_domain:hierarchy|landlock_ruleset:hierarchy", true},
      {&L::domain_masks,
       "landlock_domain:handled_masks|landlock_ruleset:access_masks|landlock_ruleset:fs_access_masks", true,
       true},
      {&L::masks_fs, "access_masks:fs", false},
      {&L::masks_net, "access_masks:net", false},
      {&L::masks_scope, "access_masks:scope", false},
      {&L::hierarchy_parent, "landlock_hierarchy:parent", true},
      {&L::hierarchy_id, "landlock_hierarchy:id", false},
      {&L::hierarchy_denials, "landlock_hierarchy:num_denials.counter", false},
      {&L::hierarchy_details, "landlock_hierarchy:details", false},
      {&L::details_pid, "landlock_details:pid", false},
      {&L::details_uid, "landlock_details:uid", false},
      {&L::details_comm, "landlock_details:comm", false, true},
      {&L::details_exe, "landlock_details:exe_path", false, true},
      {&L::blob_sizes_cred, "lsm_blob_sizes:lbs_cred", true},
      {&L::domain_inodes,
       "landlock_domain:rules.root_inode.rb_node|landlock_ruleset:root_inode.rb_node|"
       "landlock_ruleset:root.rb_node",
       true},
      {&L::domain_ports, "landlock_domain:rules.root_net_port.rb_node|landlock_ruleset:root_net_port.rb_node",
       false},
      {&L::rule_node, "landlock_rule:node.__rb_parent_color", true},
      {&L::rule_key, "landlock_rule:key|landlock_rule:object", true},
      {&L::rule_layer_count, "landlock_rule:num_layers", true},
      {&L::rule_layers, "landlock_rule:layers", true, true},
      {&L::layer_level, "landlock_layer:level", true},
      {&L::layer_access, "landlock_layer:access", true},
      {&L::node_parent, "rb_node:__rb_parent_color", true},
      {&L::node_left, "rb_node:rb_left", true},
      {&L::node_right, "rb_node:rb_right", true},
      {&L::object_inode, "landlock_object:underobj", true},
      {&L::inode_number, "inode:i_ino", true},
      {&L::inode_mode, "inode:i_mode", true},
      {&L::inode_nlink, "inode:i_nlink", true},
      {&L::inode_aliases, "inode:i_dentry.first", true},
      {&L::inode_sb, "inode:i_sb", true},
      {&L::sb_dev, "super_block:s_dev", true},
      {&L::sb_root, "super_block:s_root", true},
      {&L::sb_type, "super_block:s_type", true},
      {&L::fs_type_name, "file_system_type:name", true},
      {&L::dentry_parent, "dentry:d_parent", true},
      {&L::dentry_name, "dentry:d_name.name", true},
      {&L::dentry_alias, "dentry:d_alias.next|dentry:d_u.d_alias.next", true},
      {&L::dentry_hashed, "dentry:d_hash.pprev", true},
  });
  return rows;
}

tl::expected<landlock_layout, LayoutError> resolve_landlock_layout(const Btf& btf, int abi) {
  if (!btf.struct_size("landlock_ruleset") || !btf.struct_size("landlock_hierarchy"))
    return tl::unexpected<LayoutError>(LayoutError{true, "the kernel's BTF has no Landlock structures"});
  auto resolved = resolve_rows(btf, landlock_rows());
  if (!resolved)
    return resolved;
  landlock_layout& layout = *resolved;
  // Who made a layer is read all or not at all.
  if (layout.details_pid.offset < 0 || layout.details_uid.offset < 0 || layout.details_comm.offset < 0 ||
      layout.details_exe.offset < 0)
    layout.hierarchy_details.offset = -1;

  const BtfField masks = first_of(btf, "landlock_domain:handled_masks|landlock_ruleset:access_masks|"
                                       "landlock_ruleset:fs_access_masks")
                             .value_or(BtfField{});
  layout.mask_size = masks.element;
  layout.mask_kind = static_cast<__u32>(masks.composite      ? MaskKind::bitfields
                                        : masks.element == 2 ? MaskKind::fs_only
                                                             : MaskKind::shifted);
  layout.shifted_fs_bits = abi >= first_abi_with_ioctl_dev ? 16 : 15;
  const bool sized = masks.composite ? masks.element >= 1 && masks.element <= 8 && layout.masks_fs.offset >= 0
                                     : masks.element == 2 || masks.element == 4;
  if (!sized)
    return missing("a Landlock layer's masks of " + std::to_string(masks.element) +
                   " bytes are not known here");

  layout.layer_size = btf.struct_size("landlock_layer").value_or(0);
  if (layout.layer_size < 1 || layout.layer_size * landlock_max_layers > landlock_layers_bytes)
    return missing("a layer of a Landlock rule of " + std::to_string(layout.layer_size) +
                   " bytes is not known here");

  layout.hierarchy_size =
      std::min<__u32>(btf.struct_size("landlock_hierarchy").value_or(0), landlock_hierarchy_bytes);
  layout.head_size = static_cast<__u32>(std::clamp(layout.domain_masks.offset, 0, int{landlock_head_bytes}));
  const auto inside = [](const kernel_field& field, __u32 size) {
    return field.offset < 0 || static_cast<__u32>(field.offset) + field.size <= size;
  };
  if (!inside(layout.domain_layers, layout.head_size) || !inside(layout.domain_rules, layout.head_size) ||
      !inside(layout.hierarchy_id, layout.hierarchy_size) ||
      !inside(layout.hierarchy_denials, layout.hierarchy_size) ||
      !inside(layout.layer_level, layout.layer_size) || !inside(layout.layer_access, layout.layer_size) ||
      !inside(layout.masks_fs, layout.mask_size) || !inside(layout.masks_net, layout.mask_size) ||
      !inside(layout.masks_scope, layout.mask_size))
    return missing("a Landlock structure of this kernel is larger than what is copied of it");
  return resolved;
}

} // namespace sbx
