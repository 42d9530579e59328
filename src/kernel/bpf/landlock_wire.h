/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * What do landlock.bpf.c and its loader say to each other? Offsets go in, raw bytes of kernel memory come
 * out. */
#pragma once

#include "field_wire.h"

enum {
  landlock_max_layers = 16, /* LANDLOCK_MAX_NUM_LAYERS, security/landlock/limits.h */
  landlock_head_bytes = 128,
  landlock_masks_bytes = 128, /* 16 layers of at most 8 bytes */
  landlock_hierarchy_bytes = 128,
  landlock_exe_bytes = 264,  /* LANDLOCK_PATH_MAX_SIZE is 256, and its NUL */
  landlock_blob_bytes = 256, /* as much of cred->security as is searched for the domain */
  landlock_fs_type_bytes = 32,
  landlock_layers_bytes = 128, /* of a rule: 16 of at most 8 bytes */
  landlock_path_bytes = 4096,  /* PATH_MAX: the names of a rule's inode and of what is above it */
  landlock_name_bytes = 256,   /* NAME_MAX and its NUL */
  landlock_most_names = 256,   /* in one path */
};

struct landlock_layout {
  struct kernel_field task_pid, task_comm, task_exit_state, task_start_boottime, task_cred, task_real_cred;
  struct kernel_field task_thread_pid, pid_level, pid_number;
  struct kernel_field cred_security, blob_domain;
  struct kernel_field domain_layers, domain_rules, domain_hierarchy, domain_masks;
  struct kernel_field masks_fs, masks_net, masks_scope; /* of struct access_masks, 6.11 and later */
  struct kernel_field hierarchy_parent, hierarchy_id, hierarchy_denials, hierarchy_details;
  struct kernel_field details_pid, details_uid, details_comm, details_exe;
  struct kernel_field blob_sizes_cred;
  struct kernel_field domain_inodes, domain_ports;
  struct kernel_field rule_node, rule_key, rule_layer_count, rule_layers, layer_level, layer_access;
  struct kernel_field node_parent, node_left, node_right;
  struct kernel_field object_inode, inode_number, inode_mode, inode_nlink, inode_aliases, inode_sb;
  struct kernel_field sb_dev, sb_root, sb_type, fs_type_name;
  struct kernel_field dentry_parent, dentry_name, dentry_alias, dentry_hashed;
  __u32 head_size, mask_size, hierarchy_size; /* bytes to copy */
  __u32 number_size;                          /* from one struct upid to the next */
  __u32 mask_kind;                            /* enum MaskKind of landlock_layout.h */
  __u32 shifted_fs_bits;                      /* where the net rights begin in a shifted mask */
  __u32 layer_size;                           /* of struct landlock_layer */
};

enum {
  landlock_record_task = 1,
  landlock_record_domain,
  landlock_record_layer,
  landlock_record_slot,
  landlock_record_rule
};

struct landlock_task_record {
  __u32 kind, tid; /* as our PID namespace numbers it */
  __u64 start_boottime;
  __u64 blob, real_blob; /* cred->security and real_cred->security */
  __u64 domain, real_domain;
  __u32 exit_state, reserved;
  char comm[16];
};

struct landlock_domain_record {
  __u32 kind, reserved;
  __u64 domain;
  __u8 head[landlock_head_bytes];
  __u8 masks[landlock_masks_bytes];
};

struct landlock_layer_record {
  __u32 kind, depth; /* 0 = the newest layer */
  __u64 domain;
  __u64 address, details;
  __u8 hierarchy[landlock_hierarchy_bytes];
  __u32 pid, uid;
  char comm[16];
  char exe[landlock_exe_bytes];
};

/* One 8-byte slot of a credential's security blob, and what lies where it points to. */
struct landlock_slot_record {
  __u32 kind, tid;       /* this and creator as the initial PID namespace numbers them */
  __u32 offset, creator; /* who made the newest layer; 0 when this kernel keeps none */
  __u64 value;
  __u8 head[landlock_head_bytes];
  __u8 masks[landlock_masks_bytes];
};

struct landlock_rule_head {
  __u32 kind, is_port;
  __u64 domain;
  __u64 key; /* a port, in network byte order; or the landlock_object */
  __u32 layers, path_size;
  __u8 raw_layers[landlock_layers_bytes];
  /* Of an inode: */
  __u64 inode_address; /* 0: its file system was unmounted */
  __u64 inode;         /* i_ino */
  __u32 dev, mode, nlink;
  __u32 failed;          /* reads of the above that found no memory */
  __u64 alias;           /* 0: the kernel keeps no name of the inode at the moment */
  __u64 dentry, parent;  /* the name, and what it is in */
  __u64 hashed;          /* 0 where the name was removed */
  __u64 top, top_parent; /* where the climb ended: the root of the file system is its own parent */
  __u64 root;            /* s_root */
  char fs_type[landlock_fs_type_bytes];
};

struct landlock_rule_record {
  struct landlock_rule_head head;
  char path[landlock_path_bytes + landlock_name_bytes]; /* the deepest name first, each with its NUL */
};
