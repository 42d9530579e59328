#include "parse/trace_events.h"

#include "parse/line.h"
#include "parse/token_line.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::size_t most_events = 1 << 20, most_args = 6, most_numbers = 16, most_names = 256;

// The kernel's words: lower case, digits, underscores.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Calls with(part) for each part between commas, none for the empty text; false when one does not fit.
template <class With> bool each_part(std::string_view text, With&& with) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (!with(text.substr(0, comma)))
      return false;
    if (comma == std::string_view::npos)
      return true;
    text.remove_prefix(comma + 1);
    if (text.empty())
      return false;
  }
  return true;
}

bool read_names(std::string_view text, std::vector<std::string>& names) {
  return each_part(text, [&](std::string_view name) {
    names.emplace_back(name);
    return is_name(name) && names.size() <= most_names;
  });
}

std::uint64_t either_base(TokenLine& line, std::string_view digits) {
  return digits.starts_with("0x") ? line.mask(digits) : line.number(digits);
}

std::int64_t id(TokenLine& line, std::string_view digits) {
  return static_cast<std::int64_t>(line.number(digits, std::numeric_limits<std::int32_t>::max()));
}

bool read_extra(TokenLine& line, TraceEvent& event) {
  for (const auto& [key, text] : {std::pair("text", &event.text), std::pair("second", &event.second)})
    if (line.next_is(key)) {
      const bool again = text->has_value();
      *text = line.bytes(line.value(key));
      return !again;
    }
  if (line.next_is("cut")) {
    const bool again = event.cut;
    event.cut = line.value("cut") == "1";
    return event.cut && !again;
  }
  const std::string_view word = line.word();
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  if (!is_name(name) || name == "ret" || name == "args" || equals == word.size() || event.number(name) ||
      event.numbers.size() >= most_numbers)
    return false;
  event.numbers.emplace_back(name, either_base(line, word.substr(equals + 1)));
  return true;
}

bool read_attached(TokenLine& line, TraceEvents& events) {
  const std::string_view calls = line.value("calls"), missing = line.value("missing"),
                         tracepoints = line.value("events");
  return !line.failed() && line.at_end() && read_names(calls, events.attached) &&
         read_names(missing, events.missing) && read_names(tracepoints, events.tracepoints);
}

bool read_lost(TokenLine& line, TraceEvents& events) {
  events.lost_events = line.number(line.value("events"));
  events.lost_calls = line.number(line.value("calls"));
  events.lost_processes = line.number(line.value("processes"));
  return !line.failed() && line.at_end();
}

} // namespace

std::optional<std::uint64_t> TraceEvent::number(std::string_view name) const {
  const auto found =
      std::ranges::find(numbers, name, [](const auto& it) { return std::string_view(it.first); });
  return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

Parsed<TraceEvent> parse_trace_event(std::string_view text) {
  TokenLine line(text);
  TraceEvent event;
  bool whole = line.word() == "event";
  event.time = line.number(line.value("time"));
  event.tid = id(line, line.value("tid"));
  event.tgid = id(line, line.value("tgid"));
  event.comm = line.bytes(line.value("comm"));
  event.call = line.value("call");
  whole = whole && is_name(event.call);
  if (line.next_is("ret")) {
    event.ret = number<std::int64_t>(line.value("ret"));
    whole = whole && event.ret;
  }
  if (line.next_is("args"))
    whole = each_part(line.value("args"),
                      [&](std::string_view digits) {
                        event.args.push_back(line.mask(digits));
                        return event.args.size() <= most_args;
                      }) &&
            whole;
  while (whole && !line.failed() && !line.at_end())
    whole = read_extra(line, event);
  if (!whole || line.failed())
    return malformed("not an event of a trace: " + escaped(text, 80));
  return event;
}

Parsed<TraceEvents> parse_trace_events(std::string_view text) {
  TraceEvents events;
  bool begun = false, ended = false;
  std::string problem;
  each_line(text, [&](std::string_view line) {
    TokenLine tokens(line);
    const std::string_view kind = tokens.word();
    bool fits = false;
    if (kind == "attached" && !begun) {
      fits = begun = read_attached(tokens, events);
    } else if (kind == "event" && begun && !ended && events.events.size() < most_events) {
      auto event = parse_trace_event(line);
      fits = event.has_value();
      if (event)
        events.events.push_back(std::move(*event));
    } else if (kind == "lost" && begun && !ended) {
      fits = ended = read_lost(tokens, events);
    }
    if (!fits)
      problem = "not a line of a trace, or not in its place: " + escaped(line, 80);
    return fits;
  });
  if (problem.empty() && (!ended || cut_off(text)))
    problem = "the trace is cut off";
  if (!problem.empty())
    return malformed(std::move(problem));
  return events;
}

} // namespace sbx
