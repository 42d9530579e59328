/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Who is watched, and how is a record of what it does begun and sent? A part of trace.bpf.c, which alone
 * includes it. */
#pragma once

// How the loader's PID namespace is told from others; written when it marks a process.
__u64 own_ns = 0;
__u32 own_level = 0;

// What is known of each thread group, by its number in the initial namespace, in an array, so that the many
// that nobody watches cost next to nothing, and none finds no room. Nothing is taken out: whoever gets the
// number next is written here when it is forked.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, trace_pids / trace_processes_of_an_element);
  __type(key, __u32);
  __type(value, __u64);
} processes SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 23);
} records SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} holding SEC(".maps"); // filled by the one that is held

// One for each program: the kernel runs none twice at a time on a CPU, but one may be interrupted by another.
enum { scratch_call, scratch_exec, scratch_denial, scratch_count };
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, scratch_count);
  __type(key, __u32);
  __type(value, struct trace_record);
} scratches SEC(".maps");

static __always_inline struct trace_record* scratch(__u32 index) {
  return bpf_map_lookup_elem(&scratches, &index);
}

static __always_inline struct trace_process* process_of(__u32 tgid) {
  __u32 index = tgid / trace_processes_of_an_element;
  struct trace_process* first = bpf_map_lookup_elem(&processes, &index);
  return first ? first + tgid % trace_processes_of_an_element : 0;
}

// Nothing where nobody watches it.
static __always_inline struct trace_process* own_process(void) {
  struct trace_process* own = process_of(bpf_get_current_pid_tgid() >> 32);
  return own && own->stage != trace_unwatched ? own : 0;
}

// As the loader's PID namespace numbers it; 0: it has no number there.
static __always_inline __u32 number_of(__u64 task) {
  __u64 failed = 0;
  __u64 pid = FIELD(task, task_thread_pid);
  if (!pid || FIELD(pid, pid_level) < own_level)
    return 0;
  pid += (__u64)own_level * layout.number_size;
  return FIELD(pid, pid_ns) == own_ns ? FIELD(pid, pid_number) : 0;
}

static __always_inline void begin(struct trace_head* head, __u32 kind) {
  __u64 failed = 0, task = bpf_get_current_task();
  __builtin_memset(head, 0, sizeof *head);
  head->kind = kind;
  head->tid = number_of(task);
  head->tgid = number_of(FIELD(task, task_leader));
  head->time = bpf_ktime_get_boot_ns();
  bpf_get_current_comm(head->comm, sizeof head->comm);
}

// The reader looks by itself now and then: it is woken only when much is there.
static __always_inline __u64 wakeup(void) {
  return bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) > 1 << 16 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

static __always_inline void emit(void* record, __u64 size, __u64 flags) {
  if (bpf_ringbuf_output(&records, record, size, flags))
    __sync_fetch_and_add(&lost_events, 1);
}

static __always_inline void emit_texts(struct trace_record* it) {
  __u64 size = (__u64)it->head.text_size + it->head.second_size;
  asm volatile("" : "+r"(size)); // keeps the bound below on the register that is used
  if (size > sizeof it->text)
    size = sizeof it->text;
  emit(it, sizeof it->head + size, wakeup());
}

static __always_inline void tell_text(struct trace_record* it, __u64 from, bool of_kernel) {
  long size = of_kernel ? bpf_probe_read_kernel_str(it->text, trace_text_bytes + 1, (const void*)from)
                        : bpf_probe_read_user_str(it->text, trace_text_bytes + 1, (const void*)from);
  if (size <= 0)
    return;
  it->head.text_size = size;
  it->head.flags |= size > trace_text_bytes ? trace_has_text | trace_text_cut : trace_has_text;
}

static __always_inline void tell_second(struct trace_record* it, __u64 from) {
  __u64 at = it->head.text_size;
  asm volatile("" : "+r"(at));
  if (at > trace_text_bytes + 1)
    return;
  long size = bpf_probe_read_user_str(it->text + at, trace_text_bytes + 1, (const void*)from);
  if (size <= 0)
    return;
  it->head.second_size = size;
  it->head.flags |= size > trace_text_bytes ? trace_has_second | trace_second_cut : trace_has_second;
}

// bpf_send_signal() reaches the current process before it is back in user space.
static __always_inline void hold_once(void) {
  __u32 zero = 0;
  if (bpf_map_update_elem(&holding, &zero, &zero, BPF_NOEXIST))
    return;
  struct trace_head head;
  begin(&head, trace_held);
  head.ret = bpf_send_signal(19); // SIGSTOP
  if (head.ret)
    bpf_map_delete_elem(&holding, &zero);
  if (bpf_ringbuf_output(&records, &head, sizeof head, BPF_RB_FORCE_WAKEUP)) {
    held = head;
    __sync_fetch_and_add(&held_waits, 1);
  }
}
