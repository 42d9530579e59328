// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Which isolation calls do the watched processes make? Raw bytes go out; trace_text.cc says what they mean.
//
// Only the end of a call is looked at. There the registers still hold its arguments, so nothing is kept from
// its entry, which could be lost or left over; what it pointed to was just read by the kernel, so it is in
// memory; and a call that a seccomp filter answered comes by, too, which has no entry (kernel/entry).
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "trace_wire.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile struct trace_layout layout = {};
const volatile struct trace_recipe recipes[trace_most_kinds] = {};
const volatile __u8 native_kinds[trace_most_numbers] = {}, i386_kinds[trace_most_numbers] = {};
const volatile __u32 knows_compat = 0; // i386_kinds are those of the 32-bit way
const volatile __u32 hold = trace_hold_never;
const volatile __u32 exec_name_size = 0; // without its zero
const char exec_name[trace_name_bytes] = {};
#include "field.bpf.h"

// Read by the loader.
__u64 lost_events = 0, lost_calls = 0, lost_processes = 0;
__u32 marked = 0, mark_faults = 0;
struct trace_head held = {}; // where the ring buffer had no room: whoever is held waits for its reader
__u64 held_waits = 0;

#include "trace_file.bpf.h"
#include "trace_record.bpf.h"

#include "trace_calls.bpf.h"
#include "trace_landlock.bpf.h"

SEC("raw_tp/sched_process_fork")
int forked(struct bpf_raw_tracepoint_args* ctx) {
  __u64 child = ctx->args[1], failed = 0;
  struct trace_process* own = own_process();
  __u32 tgid = FIELD(child, task_tgid);
  struct trace_process* its = process_of(tgid);
  if (tgid == FIELD(child, task_pid) && its) {
    if (own)
      *its = *own;
    else if (its->stage != trace_unwatched) // of one that had the number before
      its->stage = its->preparing = 0;
  }
  if (own && (!its || failed))
    __sync_fetch_and_add(&lost_processes, 1);
  if (!own)
    return 0;
  struct trace_head head;
  begin(&head, trace_fork);
  head.args[0] = number_of(child);
  head.args[1] = number_of(FIELD(child, task_leader));
  emit(&head, sizeof head, wakeup());
  return 0;
}

// The name that it was asked for by, and that of the file that it led to.
static __always_inline bool has_held_name(struct trace_record* it, __u64 file) {
  __u64 failed = 0, size = it->head.text_size, name_size = exec_name_size;
  __u64 at = size - 1 - name_size;
  asm volatile("" : "+r"(at));
  if (size > name_size && at <= trace_text_bytes) {
    __u64 before = at ? at - 1 : 0;
    asm volatile("" : "+r"(before));
    if (before <= trace_text_bytes && (!at || it->text[before] == '/') &&
        !bpf_strncmp(it->text + at, trace_name_bytes, exec_name))
      return true;
  }
  char* name = it->text + trace_text_bytes + trace_name_bytes;
  return bpf_probe_read_kernel_str(name, trace_name_bytes,
                                   (const void*)FIELD(FIELD(file, file_dentry), dentry_name)) > 0 &&
         !bpf_strncmp(name, trace_name_bytes, exec_name);
}

SEC("raw_tp/sched_process_exec")
int executed(struct bpf_raw_tracepoint_args* ctx) {
  struct trace_process* own = own_process();
  if (!own)
    return 0;
  struct trace_record* it = scratch(scratch_exec);
  if (!it)
    return 0;
  __u64 program = ctx->args[2], failed = 0;
  own->preparing = 0;
  begin(&it->head, trace_exec);
  tell_text(it, FIELD(program, program_name), true);
  emit_texts(it);
  if ((hold == trace_hold_confined_exec && own->stage == trace_confined) ||
      (hold == trace_hold_exec && has_held_name(it, FIELD(program, program_file))))
    hold_once();
  return 0;
}

enum { signal_group_exit = 4 };

SEC("raw_tp/sched_process_exit")
int exited(struct bpf_raw_tracepoint_args* ctx) {
  if (!own_process())
    return 0;
  __u64 task = ctx->args[0], failed = 0;
  __u64 signal = FIELD(task, task_signal);
  struct trace_head head;
  begin(&head, trace_exit);
  bool last = !FIELD(signal, signal_live);
  __u64 of_group = FIELD(signal, signal_exit_code),
        of_leader = FIELD(FIELD(task, task_leader), task_exit_code);
  __u64 own = FIELD(task, task_exit_code);
  head.args[0] = FIELD(signal, signal_flags) & signal_group_exit ? of_group : last ? of_leader : own;
  head.args[1] = last;
  emit(&head, sizeof head, wakeup());
  return 0;
}

struct bpf_iter__task { // the context of iter/task, include/linux/bpf.h: stable since 5.8
  void* meta;
  void* task;
};

SEC("sbx_iter_task")
int mark(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 task = (__u64)ctx->task, failed = 0;
  __u64 reader = FIELD(bpf_get_current_task(), task_thread_pid);
  own_level = FIELD(reader, pid_level);
  own_ns = FIELD(reader + (__u64)own_level * layout.number_size, pid_ns);
  __u32 tgid = FIELD(task, task_tgid);
  struct trace_process* its = process_of(tgid);
  if (its && !failed) {
    if (its->stage == trace_unwatched)
      its->stage = trace_watched;
    marked = tgid;
  }
  mark_faults += failed + !its;
  return 0;
}

// Where the number that was marked is of another process by now.
SEC("syscall")
int unmark(void* ctx) {
  struct trace_process* its = process_of(marked);
  if (its)
    its->stage = trace_unwatched;
  return 0;
}
