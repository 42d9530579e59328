// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Which Landlock domain does the kernel hold for each task? This side only follows pointers and copies raw
// bytes; every offset comes from the loader, so there is no relocation against the running kernel, and every
// decision is taken in landlock_record.cc where it can be tested.
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "landlock_wire.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile struct landlock_layout layout = {};
#include "task.bpf.h"

// Written by the loader between runs: the object is loaded once for calibration and for reading.
__s64 blob_offset = -1;

// Read by the loader after a run.
__u64 symbol_address = 0;
__u32 symbol_offset = 0;
__s32 symbol_error = 0;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 16384);
  __type(key, __u64);
  __type(value, __u32);
} dumped SEC(".maps"); // domain -> the pass that dumped it

// Stack frames of callbacks add up to 512 bytes at most: larger records are built here.
struct scratch {
  struct landlock_domain_record domain;
  struct landlock_layer_record layer;
  struct landlock_slot_record slot;
  struct landlock_rule_record rule;
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct scratch* scratch(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&scratches, &zero);
}

// The top byte of a kernel address is 0xff, with four and with five levels of page tables.
static __always_inline bool is_kernel_pointer(__u64 value) { return value >> 56 == 0xff && !(value & 7); }

static __always_inline __u64 copy_masks(__u8* masks, __u64 domain, __u64 layers) {
  __u64 size = (layers & 31) * (layout.mask_size & 15);
  asm volatile("" : "+r"(size)); // keeps the bound below on the register that is used
  if (size > landlock_masks_bytes)
    size = landlock_masks_bytes;
  return copy(masks, size, domain + (__u64)layout.domain_masks.offset);
}

struct walk {
  __u64 hierarchy, domain, failed;
};

static long dump_layer(__u32 depth, struct walk* walk) {
  struct scratch* scr = scratch();
  if (!scr || !walk->hierarchy)
    return 1;
  struct landlock_layer_record* it = &scr->layer;
  __u64 failed = 0;
  it->kind = landlock_record_layer;
  it->depth = depth;
  it->domain = walk->domain;
  it->address = walk->hierarchy;
  it->details = 0;
  it->pid = it->uid = 0;
  it->comm[0] = it->exe[0] = 0;
  failed += copy(it->hierarchy, layout.hierarchy_size, walk->hierarchy);
  if (layout.hierarchy_details.offset >= 0) {
    __u64 details = FIELD(walk->hierarchy, hierarchy_details);
    it->details = details;
    if (details) {
      it->pid = FIELD(FIELD(details, details_pid), pid_number);
      it->uid = FIELD(details, details_uid);
      failed += copy(it->comm, sizeof it->comm, details + (__u64)layout.details_comm.offset);
      failed += (__u64)bpf_probe_read_kernel_str(it->exe, sizeof it->exe,
                                                 (void*)(details + (__u64)layout.details_exe.offset)) >>
                63;
    }
  }
  walk->hierarchy = FIELD(walk->hierarchy, hierarchy_parent);
  walk->failed += failed;
  emit(it, sizeof *it);
  return 0;
}

static __always_inline __u64 dump_domain(__u64 domain) {
  __u32 now = pass;
  __u32* last = bpf_map_lookup_elem(&dumped, &domain);
  if (last && *last == now)
    return 0;
  struct scratch* scr = scratch();
  if (!scr)
    return 1;
  // When the map is full the domain is dumped once more per task: the reader takes the first.
  bpf_map_update_elem(&dumped, &domain, &now, BPF_ANY);
  struct landlock_domain_record* it = &scr->domain;
  __u64 failed = 0;
  it->kind = landlock_record_domain;
  it->domain = domain;
  failed += copy(it->head, layout.head_size, domain);
  failed += copy_masks(it->masks, domain, FIELD(domain, domain_layers));
  emit(it, sizeof *it);
  struct walk walk = {.hierarchy = FIELD(domain, domain_hierarchy), .domain = domain};
  // One more step than there can be layers, so that a chain that is too long is seen to be.
  bpf_loop(landlock_max_layers + 1, dump_layer, &walk, 0);
  return failed + walk.failed;
}

SEC("sbx_iter_task")
int dump_tasks(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 task = (__u64)ctx->task, failed = 0;
  struct landlock_task_record it = {.kind = landlock_record_task};
  it.tid = own_number(task, &failed);
  if (!it.tid)
    return 0;
  it.start_boottime = FIELD(task, task_start_boottime);
  it.exit_state = FIELD(task, task_exit_state);
  failed += copy(it.comm, sizeof it.comm, task + (__u64)layout.task_comm.offset);
  it.blob = FIELD(FIELD(task, task_cred), cred_security);
  it.real_blob = FIELD(FIELD(task, task_real_cred), cred_security);
  __u64 at = (__u64)blob_offset + (__u64)layout.blob_domain.offset;
  it.domain = word(it.blob + at, 0, sizeof it.domain, &failed);
  it.real_domain = word(it.real_blob + at, 0, sizeof it.real_domain, &failed);
  emit(&it, sizeof it);
  if (it.domain)
    failed += dump_domain(it.domain);
  if (it.real_domain && it.real_domain != it.domain)
    failed += dump_domain(it.real_domain);
  __sync_fetch_and_add(&faults, failed);
  return 0;
}

#include "landlock_rules.bpf.h"

struct blob {
  __u64 address;
  __u32 tid;
};

static long dump_slot(__u32 index, struct blob* blob) {
  struct scratch* scr = scratch();
  if (!scr)
    return 1;
  struct landlock_slot_record* it = &scr->slot;
  __u64 failed = 0; // expected here: most slots point to something else
  __u64 value = 0;
  if (copy(&value, sizeof value, blob->address + 8 * (__u64)index))
    return 1;
  it->kind = landlock_record_slot;
  it->tid = blob->tid;
  it->offset = 8 * index;
  it->creator = 0;
  it->value = value;
  if (is_kernel_pointer(value)) {
    copy(it->head, layout.head_size, value);
    copy_masks(it->masks, value, FIELD(value, domain_layers));
    if (layout.hierarchy_details.offset >= 0)
      it->creator =
          FIELD(FIELD(FIELD(FIELD(value, domain_hierarchy), hierarchy_details), details_pid), pid_number);
  }
  emit(it, sizeof *it);
  return 0;
}

SEC("sbx_iter_task")
int dump_slots(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 task = (__u64)ctx->task, failed = 0;
  struct blob blob = {.address = FIELD(FIELD(task, task_cred), cred_security), .tid = FIELD(task, task_pid)};
  if (blob.address)
    bpf_loop(landlock_blob_bytes / 8, dump_slot, &blob, 0);
  return 0;
}

// The kernel's own record of the offset. It has a symbol with CONFIG_KALLSYMS_ALL only, and
// kernel.kptr_restrict=2 hides it from bpf_kallsyms_lookup_name too.
SEC("syscall")
int resolve_symbol(void* ctx) {
  static const char name[] = "landlock_blob_sizes";
  __u64 failed = 0, address = 0;
  long error = bpf_kallsyms_lookup_name(name, sizeof name, 0, &address);
  symbol_address = address;
  symbol_error = error;
  if (!error) {
    symbol_offset = FIELD(address, blob_sizes_cred);
    if (failed)
      symbol_error = -14; // EFAULT
  }
  return 0;
}
