// Which bytes of kernel memory hold the seccomp filters of a task on this kernel?
#pragma once

#include "kernel/bpf/seccomp_wire.h"
#include "kernel/layout.h"

namespace sbx {

const LayoutRows<seccomp_layout>& seccomp_rows();

tl::expected<seccomp_layout, LayoutError> resolve_seccomp_layout(const Btf& btf);

} // namespace sbx
