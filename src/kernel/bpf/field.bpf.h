/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * How does a program read a member of a structure of the kernel? At the offset that its loader gave: `layout`
 * is a const volatile structure of kernel_fields. */
#pragma once

// Without a branch on the outcome: each branch here would double the states that the verifier has to walk.
static __always_inline __u64 copy(void* to, __u32 size, __u64 from) {
  return (__u64)bpf_probe_read_kernel(to, size, (const void*)from) >> 63;
}

static __always_inline __u64 word(__u64 base, __s32 offset, __u32 size, __u64* failed) {
  __u64 value = 0;
  if (offset < 0 || size > sizeof value)
    return 0;
  *failed += copy(&value, size, base + (__u64)offset);
  return value;
}
#define FIELD(base, member) word(base, layout.member.offset, layout.member.size, &failed)
