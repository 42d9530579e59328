/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Where does one member of a structure of the kernel lie? What a loader tells its BPF programs, for each
 * member that they read. */
#pragma once

#include <linux/types.h>

/* A plain member has bits == 0. */
struct kernel_field {
  __s32 offset; /* in bytes; -1 when this kernel has no such member */
  __u16 size;   /* bytes to read there */
  __u8 first_bit, bits;
};
