// What do the records of trace.bpf.c say? As lines of the dialect of parse/trace_events.h. Pure: no kernel is
// asked here.
//
// Where a number or a text is missing, it could not be read: what the pointer led to was not there any more.
// Numbers beyond those named there: way_i386=1 and way_x32=1 of a call that did not come by the usual way
// into the kernel; inode of the file that setns(2) was given; last=1 of an exit after which no thread of the
// process runs.
#pragma once

#include "kernel/bpf/trace_wire.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx {

// Times are counted from `began`. Nothing when it is no record of ours.
struct TraceLine {
  std::uint64_t time;
  std::string text;
};
std::optional<TraceLine> trace_line(std::string_view bytes, std::uint64_t began, trace_hold hold);

std::string_view trace_event_name(std::uint32_t kind); // a trace_kind that is no system call; else empty

} // namespace sbx
