/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * How does a task iterator copy kernel memory into a ring buffer? The part that every object here is made of.
 * Whoever includes it has defined `layout` before, a const volatile structure of kernel_fields and of
 * number_size. */
#pragma once

#include "field.bpf.h"

struct bpf_iter__task { // the context of iter/task, include/linux/bpf.h: stable since 5.8
  void* meta;
  void* task;
};

// Written by the loader between runs.
__u32 pass = 0;

// Read by the loader after a run.
__u64 lost_bytes = 0; // records that found no room
__u64 faults = 0;     // kernel memory that could not be read while dumping tasks

// Of what is more than the ring buffer holds, each run sends a part, and the next one goes on.
__u64 walk_of = 0;   // whose parts are being sent; 0: none is under way
__u32 walk_more = 0; // there is more to read: run again

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20); // the loader sets it from the number of threads
} records SEC(".maps");

static __always_inline void emit(void* record, __u64 size) {
  __u64 failed = (__u64)bpf_ringbuf_output(&records, record, size, 0) >> 63;
  __sync_fetch_and_add(&lost_bytes, failed * (size + 8));
}

// Room for a record of this size and its header; else it waits for the next run.
static __always_inline bool has_room(__u64 size) {
  return bpf_ringbuf_query(&records, BPF_RB_RING_SIZE) - bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) >
         size + 64;
}

// As the PID namespace of whoever runs this numbers the task, like /proc does; 0 for one that is just being
// released.
static __always_inline __u32 own_number(__u64 task, __u64* faults) {
  __u64 failed = 0;
  __u64 level = FIELD(FIELD(bpf_get_current_task(), task_thread_pid), pid_level);
  __u64 pid = FIELD(task, task_thread_pid);
  __u32 number = pid ? FIELD(pid + level * layout.number_size, pid_number) : 0;
  *faults += failed;
  return number;
}
