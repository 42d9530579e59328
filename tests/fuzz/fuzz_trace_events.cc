#include "parse/trace_events.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace sbx;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto event = parse_trace_event(text); event && (event->call.empty() || event->args.size() > 6))
    std::abort();
  const auto trace = parse_trace_events(text);
  if (!trace)
    return 0;
  for (const TraceEvent& event : trace->events) {
    if (event.call.empty() || event.tid < 0 || event.tgid < 0 || event.args.size() > 6)
      std::abort();
    for (const auto& [name, value] : event.numbers)
      if (name.empty() || event.number(name) != value)
        std::abort();
  }
  return 0;
}
