/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Which rules does a Landlock domain hold? The second part of landlock.bpf.c, which alone includes it. */
#pragma once

// A walk over the red-black trees of a domain that needs no stack: where it is and where it came from say
// where to go. A domain never changes, so a walk that found no more room in the ring buffer goes on at the
// next run, provided that a task still holds the domain.
__u64 walk_domain = 0, walk_node = 0, walk_from = 0; // walk_domain == 0: none is under way
__u32 walk_ports = 0;                                // in the tree of ports, which comes second
__u32 walk_more = 0;                                 // the ring buffer was full: run again

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 16384);
  __type(key, __u64);
  __type(value, __u32);
} walked SEC(".maps"); // domain -> the pass that dumped its rules
__u32 rules_pass = 0;

struct climb {
  __u64 dentry;
  struct landlock_rule_record* record;
  __u64 size;
  __u64 ended; // at a dentry that is its own parent
};

static long climb_step(__u32 index, struct climb* climb) {
  __u64 failed = 0;
  __u64 parent = FIELD(climb->dentry, dentry_parent);
  if (parent == climb->dentry || !parent) {
    climb->ended = 1;
    return 1;
  }
  __u64 at = climb->size;
  asm volatile("" : "+r"(at)); // keeps the bound below on the register that is used
  if (at > landlock_path_bytes)
    return 1;
  long size = bpf_probe_read_kernel_str(climb->record->path + at, landlock_name_bytes,
                                        (const void*)FIELD(climb->dentry, dentry_name));
  if (size <= 1)
    return 1;
  climb->size = at + size;
  climb->dentry = parent;
  return 0;
}

static __always_inline __u64 name_rule(struct landlock_rule_record* record, __u64 inode, __u64 sb) {
  struct landlock_rule_head* it = &record->head;
  __u64 failed = 0;
  __u64 alias = FIELD(inode, inode_aliases);
  if (!alias) {
    it->flags = landlock_rule_unnamed;
    return failed;
  }
  __u64 dentry = alias - (__u64)layout.dentry_alias.offset;
  __u64 root = FIELD(sb, sb_root);
  __u64 unhashed = !FIELD(dentry, dentry_hashed), child = FIELD(dentry, dentry_parent) != dentry;
  struct climb climb = {.dentry = dentry, .record = record};
  bpf_loop(landlock_most_names + 1, climb_step, &climb, 0);
  it->path_size = climb.size;
  __u64 cut = !climb.ended, elsewhere = climb.dentry != root;
  it->flags = (unhashed & child) * landlock_rule_removed | cut * landlock_rule_cut |
              (climb.ended & elsewhere) * landlock_rule_unrooted;
  return failed;
}

static __always_inline __u64 dump_rule(__u64 rule) {
  struct scratch* scr = scratch();
  if (!scr)
    return 1;
  struct landlock_rule_head* it = &scr->rule.head;
  __u64 failed = 0;
  it->kind = landlock_record_rule;
  it->is_port = walk_ports;
  it->domain = walk_domain;
  it->key = FIELD(rule, rule_key);
  it->inode = it->dev = it->mode = it->nlink = it->flags = it->path_size = 0;
  it->fs_type[0] = 0;
  __u64 layers = FIELD(rule, rule_layer_count);
  it->layers = layers;
  __u64 size = (layers & 31) * (layout.layer_size & 15);
  asm volatile("" : "+r"(size));
  if (size > landlock_layers_bytes)
    size = landlock_layers_bytes;
  failed += copy(it->raw_layers, size, rule + (__u64)layout.rule_layers.offset);
  if (!it->is_port) {
    __u64 inode = FIELD(it->key, object_inode);
    if (inode) {
      __u64 sb = FIELD(inode, inode_sb);
      it->inode = FIELD(inode, inode_number);
      it->mode = FIELD(inode, inode_mode);
      it->nlink = FIELD(inode, inode_nlink);
      it->dev = FIELD(sb, sb_dev);
      failed += (__u64)bpf_probe_read_kernel_str(it->fs_type, sizeof it->fs_type,
                                                 (const void*)FIELD(FIELD(sb, sb_type), fs_type_name)) >>
                63;
      failed += name_rule(&scr->rule, inode, sb);
    } else {
      it->flags = landlock_rule_dead;
    }
  }
  __u64 used = it->path_size;
  asm volatile("" : "+r"(used));
  if (used > sizeof scr->rule.path)
    used = sizeof scr->rule.path;
  emit(it, sizeof *it + used);
  return failed;
}

static long walk_step(__u32 index, __u64* failures) {
  __u64 failed = 0;
  __u64 node = walk_node, from = walk_from;
  if (!node)
    return 1;
  // Room for the largest record and its header, before anything is read.
  if (bpf_ringbuf_query(&records, BPF_RB_RING_SIZE) - bpf_ringbuf_query(&records, BPF_RB_AVAIL_DATA) <
      sizeof(struct landlock_rule_record) + 64) {
    walk_more = 1;
    return 1;
  }
  __u64 left = FIELD(node, node_left), right = FIELD(node, node_right);
  __u64 parent = FIELD(node, node_parent) & ~3ull; // its low bits are the colour
  bool down = from == parent && left;              // the smaller rules come first
  bool visit = !down && (from == parent || from == left);
  walk_from = node;
  walk_node = down ? left : visit && right ? right : parent;
  if (visit)
    failed += dump_rule(node - (__u64)layout.rule_node.offset);
  *failures += failed;
  return 0;
}

static __always_inline void walk_rules(__u64 domain) {
  __u64 failed = 0;
  __u32 now = rules_pass;
  if (!domain || walk_more || (walk_domain && walk_domain != domain))
    return;
  if (!walk_domain) {
    __u32* last = bpf_map_lookup_elem(&walked, &domain);
    if (last && *last == now)
      return;
    walk_domain = domain;
    walk_node = FIELD(domain, domain_inodes);
    walk_from = walk_ports = 0;
  }
  bpf_loop(1 << 22, walk_step, &failed, 0);
  if (!walk_more && !walk_ports) {
    walk_ports = 1;
    walk_from = 0;
    walk_node = FIELD(domain, domain_ports);
    bpf_loop(1 << 18, walk_step, &failed, 0);
  }
  if (!walk_more) {
    walk_domain = 0;
    bpf_map_update_elem(&walked, &domain, &now, BPF_ANY);
  }
  __sync_fetch_and_add(&faults, failed);
}

SEC("sbx_iter_task")
int dump_rules(struct bpf_iter__task* ctx) {
  if (!ctx->task)
    return 0;
  __u64 task = (__u64)ctx->task, failed = 0;
  __u64 at = (__u64)blob_offset + (__u64)layout.blob_domain.offset;
  __u64 domain = word(FIELD(FIELD(task, task_cred), cred_security) + at, 0, sizeof domain, &failed);
  __u64 real = word(FIELD(FIELD(task, task_real_cred), cred_security) + at, 0, sizeof real, &failed);
  walk_rules(domain);
  if (real != domain)
    walk_rules(real);
  __sync_fetch_and_add(&faults, failed);
  return 0;
}
