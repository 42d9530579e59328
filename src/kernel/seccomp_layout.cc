#include "kernel/seccomp_layout.h"

#include <algorithm>

namespace sbx {

namespace {
using L = seccomp_layout;
}

const LayoutRows<L>& seccomp_rows() {
  static const LayoutRows<L> rows = with_task_rows<L>({
      {&L::task_mode, "task_struct:seccomp.mode", true},
      {&L::task_filter, "task_struct:seccomp.filter", true},
      {&L::task_count, "task_struct:seccomp.filter_count.counter", true},
      {&L::filter_previous, "seccomp_filter:prev", true},
      {&L::filter_program, "seccomp_filter:prog", true},
      {&L::filter_log, "seccomp_filter:log", true},
      {&L::filter_listener, "seccomp_filter:notif", true},
      {&L::filter_wait_killable, "seccomp_filter:wait_killable_recv", false},
      {&L::filter_native, "seccomp_filter:cache.allow_native", false, true},
      {&L::filter_compat, "seccomp_filter:cache.allow_compat", false, true},
      {&L::program_original, "bpf_prog:orig_prog", true},
      {&L::original_length, "sock_fprog_kern:len", true},
      {&L::original_code, "sock_fprog_kern:filter", true},
  });
  return rows;
}

tl::expected<seccomp_layout, LayoutError> resolve_seccomp_layout(const Btf& btf) {
  if (!first_of(btf, "task_struct:seccomp.filter") || !first_of(btf, "seccomp_filter:prog"))
    return tl::unexpected<LayoutError>(
        LayoutError{true, "the kernel's BTF has no seccomp filters (CONFIG_SECCOMP_FILTER)"});
  auto layout = resolve_rows(btf, seccomp_rows());
  if (layout)
    for (kernel_field* bitmap : {&layout->filter_native, &layout->filter_compat})
      bitmap->size =
          std::min<__u16>(bitmap->size, seccomp_bitmap_bytes); // its first bits are enough to say yes
  return layout;
}

} // namespace sbx
