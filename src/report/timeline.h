// How is a trace read by people? What happened in the order in which it did, then what went wrong.
#pragma once

#include "report/sheet.h"

namespace sbx {

// Of the member "trace" of a report (trace/trace_claims.h): "time since the start, who, what, what came of
// it". Without `every`, events of one kind in a row are one line with their number, and forks and ends of
// processes are counted below.
std::string render_timeline(const Claims& trace, bool every, const TableStyle& style);

// What ends the output of a trace that was printed as it came: paths that were skipped, warnings, losses.
std::string render_trace_end(const Claims& trace, const TableStyle& style);

// One event, as a line, without its newline.
std::string timeline_line(const Claims& event, const TableStyle& style);

} // namespace sbx
