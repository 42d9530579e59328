/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Which system calls are told when they return, and what of them? A part of trace.bpf.c, which alone includes
 * it. */
#pragma once

enum { // of the calls, where they decide what is told
  o_accmode = 3,
  o_creat = 0x40,
  o_path = 0x200000,
  clone_namespaces = 0x7e020000, // CLONE_NEWNS and all from CLONE_NEWCGROUP to CLONE_NEWNET
  clone_new_time = 0x80,         // of clone3(2); clone(2) has a signal there
  pr_set_dumpable = 4,
  pr_set_keepcaps = 8,
  pr_set_seccomp = 22,
  pr_capbset_drop = 24,
  pr_set_securebits = 28,
  pr_set_no_new_privs = 38,
  pr_cap_ambient = 47,
  seccomp_set_mode_filter = 1, // an operation of seccomp(2)
  seccomp_mode_filter = 2,     // a mode, of prctl(2)
  seccomp_new_listener = 8,
  rule_path_beneath = 1,
};

static __always_inline bool is_told_prctl(__u64 option) {
  return option == pr_set_dumpable || option == pr_set_keepcaps || option == pr_set_seccomp ||
         option == pr_capbset_drop || option == pr_set_securebits || option == pr_set_no_new_privs ||
         option == pr_cap_ambient;
}

// Most of what watched processes do is opening files. Those that become rules are opened with O_PATH, but not
// by all: Rust's std drops that flag where it is built on musl, which counts it to O_ACCMODE.
static __always_inline bool is_told_open(__u64 flags, bool preparing) {
  return flags & o_path || (preparing && !(flags & (o_accmode | o_creat)));
}

static __always_inline bool is_told(__u32 kind, const __u64* args, __s64 ret, bool preparing) {
  switch (kind) {
  case trace_open:
    return is_told_open(args[1], preparing);
  case trace_openat:
    return is_told_open(args[2], preparing);
  case trace_prctl:
    return is_told_prctl((__u32)args[0]);
  case trace_clone:
    return ret != 0 && args[0] & clone_namespaces; // the child returns from it with 0
  case trace_clone3:
    return ret != 0;
  }
  return true;
}

static __always_inline bool is_told_data(const struct trace_head* head, bool preparing) {
  __u64 flags = *(const __u64*)head->data;
  if (!head->data_size) // what could not be seen may have been one of ours
    return true;
  if (head->kind == trace_openat2)
    return is_told_open(flags, preparing);
  if (head->kind == trace_clone3)
    return flags & (clone_namespaces | clone_new_time);
  return true;
}

static __always_inline void tell_data(struct trace_head* head, __s32 index, __s32 size_index, __u32 most) {
  if (index < 0)
    return;
  __u64 size = most;
  if (size_index >= 0 && head->args[size_index & 7] < size)
    size = head->args[size_index & 7];
  if (head->kind == trace_seccomp && (__u32)head->args[0] != seccomp_set_mode_filter)
    return;
  if (head->kind == trace_prctl &&
      ((__u32)head->args[0] != pr_set_seccomp || head->args[1] != seccomp_mode_filter))
    return;
  if (head->kind == trace_landlock_add_rule && (__u32)head->args[1] == rule_path_beneath)
    size = 12; // it is packed
  asm volatile("" : "+r"(size));
  if (size > sizeof head->data)
    size = sizeof head->data;
  if (size && !bpf_probe_read_user(head->data, size, (const void*)head->args[index & 7]))
    head->data_size = size;
}

static __always_inline void tell_file(struct trace_record* it) {
  __u64 file = 0;
  __u32 kind = it->head.kind;
  if (kind == trace_setns)
    file = file_of(it->head.args[0]);
  else if (kind == trace_landlock_add_rule && (__u32)it->head.args[1] == rule_path_beneath &&
           it->head.data_size)
    file = file_of(*(__u32*)(it->head.data + 8));
  if (!file)
    return;
  tell_inode(&it->head, file);
  if (kind == trace_landlock_add_rule)
    tell_path(it, file);
}

static __always_inline bool put_on_domain(const struct trace_head* head) {
  return head->kind == trace_landlock_restrict_self && head->ret == 0 && (__s32)head->args[0] >= 0;
}

static __always_inline bool put_on_filter(const struct trace_head* head) {
  if (head->kind == trace_prctl)
    return (__u32)head->args[0] == pr_set_seccomp && head->ret == 0;
  return head->kind == trace_seccomp && (__u32)head->args[0] <= seccomp_set_mode_filter &&
         (head->ret == 0 || (head->ret > 0 && head->args[1] & seccomp_new_listener));
}

static __always_inline __u32 kind_of_call(__u64 regs, struct trace_head* head) {
  __u64 failed = 0;
  __u64 number = FIELD(regs, call_number);
  bool compat = FIELD(bpf_get_current_task(), compat) & layout.compat_mask;
  if (compat) {
    head->way = trace_i386;
    if (!knows_compat)
      __sync_fetch_and_add(&lost_calls, 1);
    number = (__u32)number;
    return number < trace_most_numbers ? i386_kinds[number & (trace_most_numbers - 1)] : trace_none;
  }
  if (number & 0x40000000) {
    head->way = trace_x32;
    number &= ~0x40000000ull;
  }
  return number < trace_most_numbers ? native_kinds[number & (trace_most_numbers - 1)] : trace_none;
}

SEC("raw_tp/sys_exit")
int call_returned(struct bpf_raw_tracepoint_args* ctx) {
  struct trace_process* own = own_process();
  if (!own)
    return 0;
  struct trace_head seen = {};
  __u64 regs = ctx->args[0], failed = 0;
  __u32 kind = kind_of_call(regs, &seen);
  if (kind == trace_none || kind > trace_last_call)
    return 0;
  bool compat = seen.way == trace_i386;
  for (int i = 0; i < 6; ++i)
    seen.args[i] = compat ? (__u32)FIELD(regs, compat_arguments[i]) : FIELD(regs, arguments[i]);
  seen.ret = compat ? (__s32)ctx->args[1] : (__s64)ctx->args[1];
  bool preparing = own->preparing;
  if (!is_told(kind, seen.args, seen.ret, preparing))
    return 0;

  struct trace_record* it = scratch(scratch_call);
  if (!it)
    return 0;
  begin(&it->head, kind);
  it->head.way = seen.way;
  it->head.ret = seen.ret;
  for (int i = 0; i < 6; ++i)
    it->head.args[i] = seen.args[i];
  const volatile struct trace_recipe* recipe = &recipes[kind & (trace_most_kinds - 1)];
  tell_data(&it->head, recipe->data, recipe->data_size, recipe->most_data);
  if (!is_told_data(&it->head, preparing))
    return 0;
  if (kind == trace_capset && it->head.data_size) // its version tells how much of it is meant
    bpf_probe_read_user(it->head.data + 24, 4, (const void*)it->head.args[0]);
  if (recipe->text >= 0)
    tell_text(it, it->head.args[recipe->text & 7], false);
  if (recipe->second >= 0)
    tell_second(it, it->head.args[recipe->second & 7]);
  tell_file(it);
  emit_texts(it);

  if (kind == trace_landlock_create_ruleset && seen.ret >= 0 && !(__u32)seen.args[2]) // no question
    own->preparing = 1;
  bool domain = put_on_domain(&it->head), filter = put_on_filter(&it->head);
  if (domain)
    own->preparing = 0;
  if (domain || filter)
    own->stage = trace_confined;
  if ((domain && hold == trace_hold_landlock) || (filter && hold == trace_hold_seccomp))
    hold_once();
  return 0;
}
