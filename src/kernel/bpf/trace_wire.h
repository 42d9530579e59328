/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * What do trace.bpf.c and its loader say to each other? Offsets and a table of calls go in, raw bytes come
 * out. */
#pragma once

#include "field_wire.h"

enum {
  trace_text_bytes = 4096,  /* PATH_MAX, with its zero */
  trace_data_bytes = 56,    /* of the structure that an argument points to */
  trace_most_numbers = 512, /* of system calls */
  trace_most_kinds = 64,
  trace_most_steps = 2304, /* names and mounts of the path of a file */
  trace_name_bytes = 256,  /* of each, with its zero */
  trace_pids = 1 << 22,    /* PID_MAX_LIMIT where a long has 64 bits */
};

/* What happened. Those of system calls are in the order of the table in trace_calls.cc. */
enum trace_kind {
  trace_none,
  trace_landlock_create_ruleset,
  trace_landlock_add_rule,
  trace_landlock_restrict_self,
  trace_seccomp,
  trace_prctl,
  trace_open,
  trace_openat,
  trace_openat2,
  trace_unshare,
  trace_setns,
  trace_clone,
  trace_clone3,
  trace_capset,
  trace_mount,
  trace_umount,
  trace_pivot_root,
  trace_chroot,
  trace_move_mount,
  trace_open_tree,
  trace_fsmount,
  trace_mount_setattr,
  trace_fsopen,
  trace_fsconfig,
  trace_setuid,
  trace_setgid,
  trace_setreuid,
  trace_setregid,
  trace_setresuid,
  trace_setresgid,
  trace_setgroups,
  trace_setfsuid,
  trace_setfsgid,
  trace_last_call = trace_setfsgid,
  trace_fork,
  trace_exec,
  trace_exit,
  trace_held,
  trace_enforce_domain,
  trace_deny_access_fs,
  trace_deny_access_net,
  trace_deny_ptrace,
  trace_deny_scope_signal,
  trace_deny_scope_abstract_unix_socket,
};

/* Where an argument of a call leads; its index, or -1. */
struct trace_recipe {
  __s8 text, second; /* texts that end with a zero */
  __s8 data;         /* a structure */
  __s8 data_size;    /* how long the caller says that it is */
  __u8 most_data;    /* bytes of it that are of interest */
};

enum trace_hold {
  trace_hold_never,
  trace_hold_confined_exec,
  trace_hold_landlock,
  trace_hold_seccomp,
  trace_hold_exec
};

/* What is known of a thread group. Its threads write at the same time: a byte for each thing that changes by
 * itself, and only whole values. */
enum trace_stage { trace_unwatched, trace_watched, trace_confined };
struct trace_process {
  __u8 stage;
  __u8 preparing; /* it made a Landlock ruleset, and neither put it on nor executed a file since */
};
enum { trace_processes_of_an_element = 4 }; /* of the array of them, which has eight bytes at least */

struct trace_layout {
  struct kernel_field task_thread_pid, task_pid, task_tgid, task_leader, task_signal, task_exit_code,
      task_files;
  struct kernel_field pid_level, pid_number, pid_ns;
  struct kernel_field signal_live, signal_flags, signal_exit_code;
  struct kernel_field files_table, table_size, table_files;
  struct kernel_field file_dentry, file_mount, dentry_parent, dentry_name, dentry_inode, inode_number,
      inode_sb, sb_dev;
  struct kernel_field mount_self, mount_parent, mount_point, mount_root;
  struct kernel_field program_name, program_file;
  struct kernel_field domain_hierarchy, hierarchy_id, blockers_access, blockers_type; /* 7.3 */
  struct kernel_field call_number;                         /* of struct pt_regs, as all that follow */
  struct kernel_field di, si, dx, r10, r8, r9, bx, cx, bp; /* of x86 */
  struct kernel_field orig_x0, x0;                         /* of arm64; x0 is the first of an array */
  struct kernel_field compat; /* of struct task_struct: a call came by the 32-bit way */
  __u64 compat_mask;
  /* Chosen from those above. */
  struct kernel_field arguments[6], compat_arguments[6];
  __u32 number_size; /* from one struct upid to the next */
};

enum trace_way { trace_native, trace_i386, trace_x32 };
enum { /* flags of a record */
       trace_has_text = 1,
       trace_has_second = 2,
       trace_text_cut = 4,
       trace_second_cut = 8,
       trace_leaf_first = 16, /* the text is the names of a path, the last one first, each with its zero */
       trace_has_file = 32,
       trace_last_thread = 64,
};

struct trace_head {
  __u32 kind, way;
  __u32 tid, tgid;
  __u64 time; /* CLOCK_BOOTTIME */
  __s64 ret;
  __u64 args[6]; /* of an event: its numbers, as trace_text.cc names them */
  __u64 inode;
  __u32 dev;
  __u32 flags;
  __u32 text_size, second_size; /* with their zeros */
  __u32 data_size, reserved;
  __u8 data[trace_data_bytes];
  char comm[16];
};

struct trace_record {
  struct trace_head head;
  char text[2 * trace_text_bytes + trace_name_bytes]; /* the second one right behind the first */
};
