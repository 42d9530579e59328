/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Which file does a descriptor of the current task hold, and what is its whole path across mounts? A part of
 * trace.bpf.c, which alone includes it. */
#pragma once

struct climb {
  __u64 dentry, mount, size;
  struct trace_record* to;
  __u64 done; /* at the top */
};

static long climb_step(__u32 index, struct climb* climb) {
  __u64 failed = 0, at = climb->size;
  __u64 parent = FIELD(climb->dentry, dentry_parent);
  __u64 root = FIELD(climb->mount + (__u64)layout.mount_self.offset, mount_root);
  if (climb->dentry == root) {
    __u64 above = FIELD(climb->mount, mount_parent);
    if (above == climb->mount) {
      climb->done = 1;
      return 1;
    }
    climb->dentry = FIELD(climb->mount, mount_point);
    climb->mount = above;
    return 0;
  }
  asm volatile("" : "+r"(at)); // keeps the bound below on the register that is used
  if (failed || parent == climb->dentry || at > trace_text_bytes)
    return 1;
  long size = bpf_probe_read_kernel_str(climb->to->text + at, trace_name_bytes,
                                        (const void*)FIELD(climb->dentry, dentry_name));
  if (size <= 1)
    return 1;
  climb->size = at + size;
  climb->dentry = parent;
  return 0;
}

static __always_inline __u64 file_of(__u32 fd) {
  __u64 failed = 0;
  __u64 table = FIELD(FIELD(bpf_get_current_task(), task_files), files_table);
  if (fd >= FIELD(table, table_size))
    return 0;
  __u64 file = word(FIELD(table, table_files) + 8ull * fd, 0, sizeof file, &failed);
  return failed ? 0 : file;
}

static __always_inline void tell_inode(struct trace_head* head, __u64 file) {
  __u64 failed = 0;
  __u64 inode = FIELD(FIELD(file, file_dentry), dentry_inode);
  head->inode = FIELD(inode, inode_number);
  head->dev = FIELD(FIELD(inode, inode_sb), sb_dev);
  if (!failed)
    head->flags |= trace_has_file;
}

static __always_inline void tell_path(struct trace_record* to, __u64 file) {
  __u64 failed = 0;
  struct climb climb = {.dentry = FIELD(file, file_dentry), .to = to};
  climb.mount = FIELD(file, file_mount) - (__u64)layout.mount_self.offset;
  bpf_loop(trace_most_steps, climb_step, &climb, 0);
  to->head.flags |= trace_has_text | trace_leaf_first;
  if (!climb.done)
    to->head.flags |= trace_text_cut;
  to->head.text_size = climb.size;
}
