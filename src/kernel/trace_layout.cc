#include "kernel/trace_layout.h"

#include <algorithm>
#include <iterator>

namespace sbx {

namespace {

using L = trace_layout;

// asm/thread_info.h of each: the call, or the whole task, is of the 32-bit kind.
constexpr __u64 x86_compat = 2, arm64_compat = 1 << 22; // TS_COMPAT of status, TIF_32BIT of flags

bool choose_arguments(L& layout) {
  if (layout.x0.offset >= 0) {
    layout.compat_mask = arm64_compat;
    for (int i = 0; i < 6; ++i)
      layout.arguments[i] = layout.compat_arguments[i] =
          i == 0 ? layout.orig_x0 : kernel_field{layout.x0.offset + 8 * i, 8, 0, 0};
  } else {
    layout.compat_mask = x86_compat;
    const kernel_field native[] = {layout.di, layout.si, layout.dx, layout.r10, layout.r8, layout.r9};
    const kernel_field compat[] = {layout.bx, layout.cx, layout.dx, layout.si, layout.di, layout.bp};
    std::copy(std::begin(native), std::end(native), layout.arguments);
    std::copy(std::begin(compat), std::end(compat), layout.compat_arguments);
  }
  const auto all = [](const kernel_field(&fields)[6]) {
    return std::all_of(std::begin(fields), std::end(fields),
                       [](const kernel_field& it) { return it.offset >= 0; });
  };
  return all(layout.arguments) && all(layout.compat_arguments);
}

} // namespace

const LayoutRows<L>& trace_rows() {
  static const LayoutRows<L> rows = {
      {&L::task_thread_pid, "task_struct:thread_pid", true},
      {&L::task_pid, "task_struct:pid", true},
      {&L::task_tgid, "task_struct:tgid", true},
      {&L::task_leader, "task_struct:group_leader", true},
      {&L::task_signal, "task_struct:signal", true},
      {&L::task_exit_code, "task_struct:exit_code", true},
      {&L::task_files, "task_struct:files", true},
      {&L::pid_level, "pid:level", true},
      {&L::pid_number, "pid:numbers.nr", true},
      {&L::pid_ns, "pid:numbers.ns", true},
      {&L::signal_live, "signal_struct:live.counter", true},
      {&L::signal_flags, "signal_struct:flags", true},
      {&L::signal_exit_code, "signal_struct:group_exit_code", true},
      {&L::files_table, "files_struct:fdt", true},
      {&L::table_size, "fdtable:max_fds", true},
      {&L::table_files, "fdtable:fd", true},
      {&L::file_dentry, "file:f_path.dentry", true},
      {&L::file_mount, "file:f_path.mnt", true},
      {&L::dentry_parent, "dentry:d_parent", true},
      {&L::dentry_name, "dentry:d_name.name", true},
      {&L::dentry_inode, "dentry:d_inode", true},
      {&L::inode_number, "inode:i_ino", true},
      {&L::inode_sb, "inode:i_sb", true},
      {&L::sb_dev, "super_block:s_dev", true},
      {&L::mount_self, "mount:mnt", true, true},
      {&L::mount_parent, "mount:mnt_parent", true},
      {&L::mount_point, "mount:mnt_mountpoint", true},
      {&L::mount_root, "vfsmount:mnt_root", true},
      {&L::program_name, "linux_binprm:filename", true},
      {&L::program_file, "linux_binprm:file", true},
      {&L::domain_hierarchy, "landlock_domain:hierarchy|landlock_ruleset:hierarchy", false},
      {&L::hierarchy_id, "landlock_hierarchy:id", false},
      {&L::blockers_access, "landlock_blockers:access", false},
      {&L::blockers_type, "landlock_blockers:type", false},
      {&L::call_number, "pt_regs:orig_ax|pt_regs:syscallno", true},
      {&L::di, "pt_regs:di", false},
      {&L::si, "pt_regs:si", false},
      {&L::dx, "pt_regs:dx", false},
      {&L::r10, "pt_regs:r10", false},
      {&L::r8, "pt_regs:r8", false},
      {&L::r9, "pt_regs:r9", false},
      {&L::bx, "pt_regs:bx", false},
      {&L::cx, "pt_regs:cx", false},
      {&L::bp, "pt_regs:bp", false},
      {&L::orig_x0, "pt_regs:orig_x0", false},
      {&L::x0, "pt_regs:regs", false, true},
      {&L::compat, "task_struct:thread_info.status|task_struct:thread_info.flags", true},
  };
  return rows;
}

tl::expected<L, LayoutError> resolve_trace_layout(const Btf& btf) {
  auto layout = resolve_rows(btf, trace_rows());
  if (!layout)
    return layout;
  if (!choose_arguments(*layout))
    return tl::unexpected<LayoutError>(
        LayoutError{false, "the kernel's BTF does not say where the arguments of system calls are, or not as "
                           "on x86-64 and arm64"});
  return layout;
}

} // namespace sbx
