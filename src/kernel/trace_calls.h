// Which system calls are traced, by which numbers, and what of their arguments is told?
#pragma once

#include "kernel/bpf/trace_wire.h"

#include <array>
#include <string_view>

namespace sbx {

struct TraceCall {
  trace_kind kind;
  std::string_view name;
  int native;              // -1: this architecture has none
  std::array<int, 2> i386; // some have an older one, with user ids of 16 bits
  unsigned args;
  trace_recipe recipe;
};

inline constexpr std::size_t trace_call_count = trace_last_call;

const std::array<TraceCall, trace_call_count>& trace_calls(); // in the order of their kinds, from 1

} // namespace sbx
