// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Which seccomp filters does the kernel hold for each task? This side only follows pointers and copies raw
// bytes; every offset comes from the loader, so there is no relocation against the running kernel, and every
// decision is taken in seccomp_text.cc where it can be tested.
//
// Filters are freed as soon as no task holds them, without waiting for RCU (kernel/seccomp.c,
// __put_seccomp_filter()), so one may be gone while it is copied here. The loader asks for all tasks before
// and after: a task that holds the same filter both times held it, and all that it stands on, in between, for
// a task only ever gets a filter that stands on the one that it had, or none, when it exits.
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "seccomp_wire.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile struct seccomp_layout layout = {};
#include "task.bpf.h"

// Written by the loader between runs.
__u32 filters_pass = 0;

__u64 walk_filter = 0; // the next of the chain that the filter walk_of begins

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1 << 16);
  __type(key, __u64);
  __type(value, __u32);
} dumped SEC(".maps"); // filter -> the filters_pass that dumped it

// Too large for the stack, and for what is allocated for each CPU: the loader makes one run at a time.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct seccomp_filter_record);
} scratches SEC(".maps");

SEC("sbx_iter_task")
int dump_tasks(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 task = (__u64)ctx->task, failed = 0;
  struct seccomp_task_record it = {.kind = seccomp_record_task};
  it.tid = own_number(task, &failed);
  if (!it.tid)
    return 0;
  it.start_boottime = FIELD(task, task_start_boottime);
  it.exit_state = FIELD(task, task_exit_state);
  it.mode = FIELD(task, task_mode);
  it.count = FIELD(task, task_count);
  it.filter = FIELD(task, task_filter);
  emit(&it, sizeof it);
  __sync_fetch_and_add(&faults, failed);
  return 0;
}

// A chain is walked to its end before another one is begun. So below a filter that was dumped all are.
static long dump_filter(__u32 index, __u64* failures) {
  __u32 zero = 0, now = filters_pass;
  struct seccomp_filter_record* it = bpf_map_lookup_elem(&scratches, &zero);
  __u64 filter = walk_filter, failed = 0;
  if (!it || !filter || !has_room(sizeof *it))
    return 1;
  __u32* last = bpf_map_lookup_elem(&dumped, &filter);
  if (last && *last == now) {
    walk_filter = 0;
    return 1;
  }
  // When the map is full, filters are dumped once more per task, until the reader has had too many.
  bpf_map_update_elem(&dumped, &filter, &now, BPF_ANY);
  it->head.kind = seccomp_record_filter;
  it->head.filter = filter;
  it->head.previous = FIELD(filter, filter_previous);
  it->head.listener = FIELD(filter, filter_listener);
  it->head.log = FIELD(filter, filter_log);
  it->head.wait_killable = FIELD(filter, filter_wait_killable);
  if (layout.filter_native.offset >= 0)
    failed += copy(it->head.native, layout.filter_native.size, filter + (__u64)layout.filter_native.offset);
  if (layout.filter_compat.offset >= 0)
    failed += copy(it->head.compat, layout.filter_compat.size, filter + (__u64)layout.filter_compat.offset);
  __u64 original = FIELD(FIELD(filter, filter_program), program_original), length = 0;
  it->head.original = original;
  if (original)
    length = FIELD(original, original_length);
  it->head.length = length;
  __u64 size = (length & 0xffff) * seccomp_instruction_bytes;
  asm volatile("" : "+r"(size)); // keeps the bound below on the register that is used
  if (size > seccomp_code_bytes)
    size = seccomp_code_bytes;
  it->head.code_size = size;
  if (original)
    failed += copy(it->code, size, FIELD(original, original_code));
  walk_filter = it->head.previous;
  *failures += failed;
  emit(it, sizeof it->head + size);
  return 0;
}

SEC("sbx_iter_task")
int dump_filters(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 failed = 0, newest = FIELD((__u64)ctx->task, task_filter);
  if (newest && !walk_more && (!walk_of || walk_of == newest)) {
    if (!walk_of)
      walk_of = walk_filter = newest;
    bpf_loop(1 << 12, dump_filter, &failed, 0);
    if (walk_filter)
      walk_more = 1;
    else
      walk_of = 0;
  }
  __sync_fetch_and_add(&faults, failed);
  return 0;
}
