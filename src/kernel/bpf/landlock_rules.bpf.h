/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Which rules does a Landlock domain hold? The second part of landlock.bpf.c, which alone includes it.
 *
 * Every run collects the addresses of some rules, and then copies what they say: two loops, one after the
 * other, because one within the other costs the verifiers of 6.19 and 7.0 nearly all the steps they allow.
 * Both go on in the next run where this one stopped. A domain never changes, so that is safe as long as a
 * task holds it. */
#pragma once

enum { batch_size = 1024, batch_mask = batch_size - 1 };

// A walk over the red-black trees of a domain that needs no stack: where it is and where it came from say
// where to go.
__u64 walk_node = 0, walk_from = 0; // of the domain walk_of
__u32 walk_ports = 0;               // in the tree of ports, which comes second
__u32 batch_count = 0, batch_next = 0, batch_ports = 0;
__u32 rules_pass = 0;

struct batch {
  __u64 rules[batch_size];
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct batch);
} batches SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 16384);
  __type(key, __u64);
  __type(value, __u32);
} walked SEC(".maps"); // domain -> the pass that dumped its rules

static __always_inline struct batch* batch(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&batches, &zero);
}

static long collect_step(__u32 index, __u64* failures) {
  __u64 failed = 0, node = walk_node, from = walk_from;
  struct batch* to = batch();
  if (!node || !to || batch_count >= batch_size)
    return 1;
  __u64 left = FIELD(node, node_left), right = FIELD(node, node_right);
  __u64 parent = FIELD(node, node_parent) & ~3ull; // its low bits are the colour
  bool down = from == parent && left;              // the smaller rules come first
  bool visit = !down && (from == parent || from == left);
  walk_from = node;
  walk_node = down ? left : visit && right ? right : parent;
  __u64 at = batch_count;
  asm volatile("" : "+r"(at)); // keeps the bound below on the register that is used
  to->rules[at & batch_mask] = node - (__u64)layout.rule_node.offset;
  batch_count = at + visit;
  *failures += failed;
  return 0;
}

// Every comparison is a branch here, and branches multiply the states that the verifier walks: what was found
// is sent as it is, and decode_path() of landlock_record.cc compares.
struct climb {
  __u64 dentry, size;
};

static long climb_step(__u32 index, struct climb* climb) {
  struct scratch* scr = scratch();
  __u64 failed = 0, at = climb->size;
  __u64 parent = FIELD(climb->dentry, dentry_parent);
  if (!scr || !parent || parent == climb->dentry)
    return 1;
  asm volatile("" : "+r"(at));
  if (at > landlock_path_bytes)
    return 1;
  long size = bpf_probe_read_kernel_str(scr->rule.path + at, landlock_name_bytes,
                                        (const void*)FIELD(climb->dentry, dentry_name));
  if (size <= 1)
    return 1;
  climb->size = at + size;
  climb->dentry = parent;
  return 0;
}

static __always_inline __u64 begin_rule(struct landlock_rule_head* it, __u64 rule) {
  __u64 failed = 0;
  it->kind = landlock_record_rule;
  it->domain = walk_of;
  it->key = FIELD(rule, rule_key);
  __u64 layers = FIELD(rule, rule_layer_count);
  it->layers = layers;
  __u64 size = (layers & 31) * (layout.layer_size & 15);
  asm volatile("" : "+r"(size));
  if (size > landlock_layers_bytes)
    size = landlock_layers_bytes;
  return failed + copy(it->raw_layers, size, rule + (__u64)layout.rule_layers.offset);
}

static __always_inline __u64 next_rule(void) {
  struct batch* from = batch();
  __u64 at = batch_next;
  asm volatile("" : "+r"(at));
  if (!from || at >= batch_count || !has_room(sizeof(struct landlock_rule_record)))
    return 0;
  batch_next = at + 1;
  return from->rules[at & batch_mask];
}

static long dump_port(__u32 index, __u64* failures) {
  struct scratch* scr = scratch();
  __u64 rule = next_rule();
  if (!scr || !rule)
    return 1;
  struct landlock_rule_head* it = &scr->rule.head;
  *failures += begin_rule(it, rule);
  it->is_port = 1;
  it->path_size = 0;
  emit(it, sizeof *it);
  return 0;
}

static long dump_inode(__u32 index, __u64* failures) {
  struct scratch* scr = scratch();
  __u64 rule = next_rule();
  if (!scr || !rule)
    return 1;
  struct landlock_rule_head* it = &scr->rule.head;
  *failures += begin_rule(it, rule);
  __u64 failed = 0;
  __u64 inode = FIELD(it->key, object_inode);
  *failures += failed;
  failed = 0;
  __u64 sb = FIELD(inode, inode_sb), alias = FIELD(inode, inode_aliases);
  it->is_port = 0;
  it->inode_address = inode;
  it->inode = FIELD(inode, inode_number);
  it->mode = FIELD(inode, inode_mode);
  it->nlink = FIELD(inode, inode_nlink);
  it->dev = FIELD(sb, sb_dev);
  it->root = FIELD(sb, sb_root);
  failed += (__u64)bpf_probe_read_kernel_str(it->fs_type, sizeof it->fs_type,
                                             (const void*)FIELD(FIELD(sb, sb_type), fs_type_name)) >>
            63;
  it->failed = failed;
  it->alias = alias;
  struct climb climb = {.dentry = alias - (__u64)layout.dentry_alias.offset};
  it->dentry = climb.dentry;
  it->parent = FIELD(climb.dentry, dentry_parent);
  it->hashed = FIELD(climb.dentry, dentry_hashed);
  bpf_loop(landlock_most_names + 1, climb_step, &climb, 0);
  it->top = climb.dentry;
  it->top_parent = FIELD(climb.dentry, dentry_parent);
  __u64 used = climb.size;
  asm volatile("" : "+r"(used));
  if (used > sizeof scr->rule.path)
    used = sizeof scr->rule.path;
  it->path_size = used;
  emit(it, sizeof *it + used);
  return 0;
}

static __always_inline void walk_rules(__u64 domain) {
  __u64 failed = 0;
  __u32 now = rules_pass;
  if (!domain || walk_more || (walk_of && walk_of != domain))
    return;
  if (!walk_of) {
    __u32* last = bpf_map_lookup_elem(&walked, &domain);
    if (last && *last == now)
      return;
    walk_of = domain;
    walk_node = FIELD(domain, domain_inodes);
    walk_from = walk_ports = batch_count = batch_next = 0;
  }
  if (batch_next == batch_count) {
    batch_count = batch_next = 0;
    batch_ports = walk_ports;
    bpf_loop(1 << 12, collect_step, &failed, 0);
  }
  if (batch_ports)
    bpf_loop(batch_size, dump_port, &failed, 0);
  else
    bpf_loop(batch_size, dump_inode, &failed, 0);
  walk_more = 1;
  if (batch_next == batch_count && !walk_node) {
    if (walk_ports) {
      walk_of = walk_more = 0;
      bpf_map_update_elem(&walked, &domain, &now, BPF_ANY);
    } else {
      walk_ports = 1;
      walk_from = 0;
      walk_node = FIELD(domain, domain_ports);
    }
  }
  __sync_fetch_and_add(&faults, failed);
}

SEC("sbx_iter_task")
int dump_rules(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 task = (__u64)ctx->task, failed = 0;
  __u64 at = (__u64)blob_offset + (__u64)layout.blob_domain.offset;
  walk_rules(word(FIELD(FIELD(task, task_cred), cred_security) + at, 0, sizeof at, &failed));
  walk_rules(word(FIELD(FIELD(task, task_real_cred), cred_security) + at, 0, sizeof at, &failed));
  __sync_fetch_and_add(&faults, failed);
  return 0;
}
