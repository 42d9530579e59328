#include "kernel/trace_calls.h"

#include <sys/syscall.h>

namespace sbx {

namespace {

#ifdef SYS_open // arm64 has none
constexpr int sys_open = SYS_open;
#else
constexpr int sys_open = -1;
#endif

constexpr trace_recipe nothing{-1, -1, -1, -1, 0};
constexpr trace_recipe text(int at, int second = -1) {
  return {static_cast<__s8>(at), static_cast<__s8>(second), -1, -1, 0};
}
constexpr trace_recipe data(int at, int size_at, int most) {
  return {-1, -1, static_cast<__s8>(at), static_cast<__s8>(size_at), static_cast<__u8>(most)};
}
constexpr trace_recipe both(int text_at, int at, int size_at, int most) {
  return {static_cast<__s8>(text_at), -1, static_cast<__s8>(at), static_cast<__s8>(size_at),
          static_cast<__u8>(most)};
}

} // namespace

// The numbers of i386: arch/x86/entry/syscalls/syscall_32.tbl.
const std::array<TraceCall, trace_call_count>& trace_calls() {
  static constexpr std::array<TraceCall, trace_call_count> calls{{
      {trace_landlock_create_ruleset,
       "landlock_create_ruleset",
       SYS_landlock_create_ruleset,
       {444, -1},
       3,
       data(0, 1, 48)},
      {trace_landlock_add_rule, "landlock_add_rule", SYS_landlock_add_rule, {445, -1}, 4, data(2, -1, 16)},
      {trace_landlock_restrict_self,
       "landlock_restrict_self",
       SYS_landlock_restrict_self,
       {446, -1},
       2,
       nothing},
      {trace_seccomp, "seccomp", SYS_seccomp, {354, -1}, 3, data(2, -1, 2)},
      {trace_prctl, "prctl", SYS_prctl, {172, -1}, 5, data(2, -1, 2)},
      {trace_open, "open", sys_open, {5, -1}, 3, text(0)},
      {trace_openat, "openat", SYS_openat, {295, -1}, 4, text(1)},
      {trace_openat2, "openat2", SYS_openat2, {437, -1}, 4, both(1, 2, 3, 24)},
      {trace_unshare, "unshare", SYS_unshare, {310, -1}, 1, nothing},
      {trace_setns, "setns", SYS_setns, {346, -1}, 2, nothing},
      {trace_clone, "clone", SYS_clone, {120, -1}, 5, nothing},
      {trace_clone3, "clone3", SYS_clone3, {435, -1}, 2, data(0, 1, 8)},
      {trace_capset, "capset", SYS_capset, {185, -1}, 2, data(1, -1, 24)},
      {trace_mount, "mount", SYS_mount, {21, -1}, 5, text(1, 0)},
      {trace_umount, "umount", SYS_umount2, {52, 22}, 2, text(0)},
      {trace_pivot_root, "pivot_root", SYS_pivot_root, {217, -1}, 2, text(0, 1)},
      {trace_chroot, "chroot", SYS_chroot, {61, -1}, 1, text(0)},
      {trace_move_mount, "move_mount", SYS_move_mount, {429, -1}, 5, text(3, 1)},
      {trace_open_tree, "open_tree", SYS_open_tree, {428, -1}, 3, text(1)},
      {trace_fsmount, "fsmount", SYS_fsmount, {432, -1}, 3, nothing},
      {trace_mount_setattr, "mount_setattr", SYS_mount_setattr, {442, -1}, 5, both(1, 3, 4, 32)},
      {trace_fsopen, "fsopen", SYS_fsopen, {430, -1}, 2, text(0)},
      {trace_fsconfig, "fsconfig", SYS_fsconfig, {431, -1}, 5, text(2, 3)},
      {trace_setuid, "setuid", SYS_setuid, {213, 23}, 1, nothing},
      {trace_setgid, "setgid", SYS_setgid, {214, 46}, 1, nothing},
      {trace_setreuid, "setreuid", SYS_setreuid, {203, 70}, 2, nothing},
      {trace_setregid, "setregid", SYS_setregid, {204, 71}, 2, nothing},
      {trace_setresuid, "setresuid", SYS_setresuid, {208, 164}, 3, nothing},
      {trace_setresgid, "setresgid", SYS_setresgid, {210, 170}, 3, nothing},
      {trace_setgroups, "setgroups", SYS_setgroups, {206, 81}, 2, nothing},
      {trace_setfsuid, "setfsuid", SYS_setfsuid, {215, 138}, 1, nothing},
      {trace_setfsgid, "setfsgid", SYS_setfsgid, {216, 139}, 1, nothing},
  }};
  return calls;
}

} // namespace sbx
