/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * What do seccomp.bpf.c and its loader say to each other? Offsets go in, raw bytes of kernel memory come out.
 */
#pragma once

#include "field_wire.h"

enum {
  seccomp_most_instructions = 4096, /* BPF_MAXINSNS, of one filter */
  seccomp_instruction_bytes = 8,    /* struct sock_filter */
  seccomp_code_bytes = seccomp_most_instructions * seccomp_instruction_bytes,
  seccomp_bitmap_bytes = 64, /* 512 system calls; kernel/seccomp.c makes it of NR_syscalls, 473 as of 7.3 */
};

struct seccomp_layout {
  struct kernel_field task_exit_state, task_start_boottime, task_thread_pid, pid_level, pid_number;
  struct kernel_field task_mode, task_filter, task_count;
  struct kernel_field filter_previous, filter_program, filter_log, filter_listener;
  struct kernel_field filter_wait_killable;         /* 5.19 */
  struct kernel_field filter_native, filter_compat; /* 5.11, of some architectures */
  struct kernel_field program_original; /* as it was given to the kernel, before its own translation */
  struct kernel_field original_length, original_code;
  __u32 number_size; /* from one struct upid to the next */
};

enum { seccomp_record_task = 1, seccomp_record_filter };

struct seccomp_task_record {
  __u32 kind, tid; /* as our PID namespace numbers it */
  __u64 start_boottime;
  __u64 filter; /* the newest; 0: none, or given back because the thread is exiting */
  __u32 mode, count, exit_state, reserved;
};

struct seccomp_filter_head {
  __u32 kind;
  __u32 length; /* instructions, as the kernel says */
  __u64 filter, previous;
  __u64 original; /* 0: the kernel kept none */
  __u64 listener; /* 0: nobody is notified */
  __u32 log, wait_killable;
  __u32 code_size, reserved; /* bytes that follow */
  __u8 native[seccomp_bitmap_bytes], compat[seccomp_bitmap_bytes];
};

struct seccomp_filter_record {
  struct seccomp_filter_head head;
  __u8 code[seccomp_code_bytes];
};
