// Which bytes of kernel memory does the tracer read on this kernel?
#pragma once

#include "kernel/bpf/trace_wire.h"
#include "kernel/layout.h"

namespace sbx {

const LayoutRows<trace_layout>& trace_rows();

tl::expected<trace_layout, LayoutError> resolve_trace_layout(const Btf& btf);

} // namespace sbx
