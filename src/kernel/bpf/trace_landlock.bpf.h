/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * What do the tracepoints of Landlock say, which are there since 7.3? A part of trace.bpf.c, which alone
 * includes it. Their arguments: include/trace/events/landlock.h. */
#pragma once

static __always_inline bool begin_event(struct trace_head* head, __u32 kind) {
  if (!own_process())
    return false;
  begin(head, kind);
  return true;
}

SEC("raw_tp/landlock_enforce_domain")
int landlock_enforce_domain(struct bpf_raw_tracepoint_args* ctx) {
  struct trace_head head;
  __u64 failed = 0;
  if (!begin_event(&head, trace_enforce_domain))
    return 0;
  head.args[0] = FIELD(FIELD(ctx->args[0], domain_hierarchy), hierarchy_id);
  head.args[1] = ctx->args[1] & 1; // the whole of the domain is enforced
  head.args[2] = ctx->args[2] & 1; // on every thread
  head.args[3] = ctx->args[3] & 1; // no_new_privs
  emit(&head, sizeof head, wakeup());
  return 0;
}

static __always_inline void tell_denial(struct trace_head* head, const __u64* args) {
  __u64 failed = 0;
  head->args[0] = FIELD(args[0], hierarchy_id);
  head->args[1] = args[1] & 1; // same_exec
  head->args[2] = args[2] & 1; // logged
}

static __always_inline void tell_blockers(struct trace_head* head, __u64 blockers) {
  __u64 failed = 0;
  head->args[3] = FIELD(blockers, blockers_type);
  head->args[4] = FIELD(blockers, blockers_access);
}

SEC("raw_tp/landlock_deny_access_fs")
int landlock_deny_access_fs(struct bpf_raw_tracepoint_args* ctx) {
  struct trace_record* it = scratch(scratch_denial);
  if (!it || !begin_event(&it->head, trace_deny_access_fs))
    return 0;
  tell_denial(&it->head, ctx->args);
  tell_blockers(&it->head, ctx->args[3]);
  tell_text(it, ctx->args[5], true);
  emit_texts(it);
  return 0;
}

SEC("raw_tp/landlock_deny_access_net")
int landlock_deny_access_net(struct bpf_raw_tracepoint_args* ctx) {
  struct trace_head head;
  if (!begin_event(&head, trace_deny_access_net))
    return 0;
  tell_denial(&head, ctx->args);
  tell_blockers(&head, ctx->args[3]);
  // The family and, of IP, the port: the first four bytes of any address.
  if ((__s32)ctx->args[7] >= 4 && !copy(head.data, 4, ctx->args[6]))
    head.data_size = 4;
  emit(&head, sizeof head, wakeup());
  return 0;
}

// Of a process, a signal, a socket: the domain of the other side.
static __always_inline int denied(struct bpf_raw_tracepoint_args* ctx, __u32 kind) {
  struct trace_head head;
  if (!begin_event(&head, kind))
    return 0;
  tell_denial(&head, ctx->args);
  head.args[3] = ctx->args[3];
  if (kind != trace_deny_scope_abstract_unix_socket)
    head.args[4] = number_of(ctx->args[4]);
  if (kind == trace_deny_scope_signal)
    head.args[5] = (__u32)ctx->args[5];
  emit(&head, sizeof head, wakeup());
  return 0;
}

SEC("raw_tp/landlock_deny_ptrace")
int landlock_deny_ptrace(struct bpf_raw_tracepoint_args* ctx) { return denied(ctx, trace_deny_ptrace); }

SEC("raw_tp/landlock_deny_scope_signal")
int landlock_deny_scope_signal(struct bpf_raw_tracepoint_args* ctx) {
  return denied(ctx, trace_deny_scope_signal);
}

SEC("raw_tp/landlock_deny_scope_abstract_unix_socket")
int landlock_deny_scope_abstract_unix_socket(struct bpf_raw_tracepoint_args* ctx) {
  return denied(ctx, trace_deny_scope_abstract_unix_socket);
}
