// What of a trace is kept until its end? Every event up to a bound, and the number of those beyond.
#pragma once

#include "core/error.h"
#include "kernel/tracer.h"
#include "parse/trace_events.h"

#include <functional>

namespace sbx {

class TraceLog {
public:
  static Result<TraceLog> of(Tracer tracer);

  Tracer& tracer() { return tracer_; }

  // Takes what is there; calls `seen` with each event, in the order of their times. How many.
  Result<std::size_t> take(const std::function<void(const TraceEvent&)>& seen);

  // With the losses as they are now.
  const TraceEvents& trace();

private:
  TraceLog(Tracer tracer, TraceEvents trace) : tracer_(std::move(tracer)), trace_(std::move(trace)) {}
  Tracer tracer_;
  TraceEvents trace_;
};

} // namespace sbx
