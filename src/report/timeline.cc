#include "report/timeline.h"

#include "report/report_rows.h"
#include "report/text_layout.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace sbx {

namespace {

constexpr std::size_t time_columns = 12, who_columns = 24, least_width = 60;
constexpr std::string_view red = "31";

std::string text(const Claims& object, const char* name) { return object[name].get<std::string>(); }

// What went as it should and says little by itself.
bool is_detail(const Claims& event) {
  const bool opened =
      event["call"].get_ref<const std::string&>().starts_with("open") && event["errno"].is_null();
  return opened || event["call"] == "fork" || event["call"] == "exit";
}

// "landlock_add_rule path_beneath", "prctl PR_CAPBSET_DROP"; of an exec nothing but that it is one.
std::string_view kind(const Claims& event) {
  const std::string_view words = event["words"].get_ref<const std::string&>();
  const std::size_t first = std::min(words.find(' '), words.size());
  return words.substr(0,
                      event["call"] == "exec" ? first : words.find(' ', std::min(first + 1, words.size())));
}

// The rights that a rule grants and the flags of a mount, which are the last word: two that differ in them
// are not alike.
std::string_view manner(const Claims& event) {
  const std::string_view words = event["words"].get_ref<const std::string&>();
  return event["call"] == "landlock_add_rule" || event["call"] == "mount" ? words.substr(words.rfind(' ') + 1)
                                                                          : std::string_view();
}

// What one thread did in a row; what was executed, whoever did it.
bool same_kind(const Claims& one, const Claims& other) {
  return one["errno"] == other["errno"] && kind(one) == kind(other) && manner(one) == manner(other) &&
         (one["tid"] == other["tid"] || one["call"] == "exec");
}

std::string outcome(const Claims& event) {
  if (event["result"].is_null())
    return {};
  if (event["errno"].is_string())
    return text(event, "errno");
  const auto result = event["result"].get<std::int64_t>();
  return result == 0 ? "ok" : fmt::format("= {}", result);
}

std::string when(const Claims& event) {
  const auto us = event["time_us"].get<std::uint64_t>();
  return fmt::format("{:>7}.{:01} ms", us / 1000, us % 1000 / 100);
}

std::string painted(std::string_view text, std::string_view colour, const TableStyle& style) {
  return style.colour && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
}

// Broken at spaces, and after the bars between flags. What is printable holds no control character, so that
// one can mark where to break.
std::vector<std::string> lines_of(const std::string& words, std::size_t columns) {
  constexpr char mark = '\x01';
  std::string breakable;
  for (std::size_t i = 0; i < words.size(); ++i)
    breakable.append(1, words[i])
        .append(words[i] == '|' && words.substr(i + 1, 1) != " " ? std::string{mark, ' '} : "");
  std::vector<std::string> lines = wrapped(breakable, columns);
  for (std::string& line : lines) {
    for (std::size_t at = line.find(mark); at != std::string::npos; at = line.find(mark))
      line.erase(at, 2); // the mark, and the space after it where the line goes on
  }
  return lines;
}

// The outcome stays with the last words, so that a line that is broken does not lose it.
std::string row(const Claims& event, std::size_t more, std::size_t width, const TableStyle& style) {
  const std::string who =
      printable(fmt::format("{} ({})", event["tid"].get<std::int64_t>(), text(event, "comm")), style.unicode);
  const std::string start = when(event) + "  " + who + padding(who, who_columns);
  const std::size_t indent = time_columns + 2 + std::max(who_columns, display_columns(who) + 1);
  std::string words = text(event, "words");
  if (more > 0)
    words += fmt::format(", and {} more like it", more);
  const std::string said = outcome(event);
  if (!said.empty())
    words += said.starts_with('=') ? " " : ": ";
  const std::size_t columns = std::max<std::size_t>(width, indent + 20) - indent;
  std::vector<std::string> lines = lines_of(printable(words + said, style.unicode), columns);
  if (event["errno"].is_string() && lines.back().ends_with(said))
    lines.back() = lines.back().substr(0, lines.back().size() - said.size()) + painted(said, red, style);
  std::string out = start + lines.front();
  for (std::size_t i = 1; i < lines.size(); ++i)
    out += "\n" + std::string(indent, ' ') + lines[i];
  return out;
}

void draw_counts(Sheet& sheet, const Claims& trace, bool every) {
  const Claims& timeline = trace["timeline"];
  const auto total = timeline["total"].get<std::size_t>(), shown = timeline["list"].size();
  if (shown < total)
    sheet.heading(fmt::format("The timeline is cut: {} of {} events are in it.", shown, total));
  if (every)
    return;
  const auto hidden = std::ranges::count_if(timeline["list"], is_detail);
  const Claims& counts = trace["counts"];
  const auto forks = counts["forks"].get<std::size_t>(), exits = counts["exits"].get<std::size_t>();
  if (hidden > 0)
    sheet.heading(fmt::format("Not shown: {} started and {} ended, processes and threads, and opens that "
                              "succeeded; --every shows them.",
                              forks, exits));
}

void draw_skipped(Sheet& sheet, const Claims& skipped) {
  const Claims& list = skipped["list"];
  if (list.empty())
    return;
  sheet.blank();
  sheet.heading(fmt::format("Skipped paths: {}", skipped["total"].get<std::size_t>()));
  constexpr std::size_t most = 100;
  for (std::size_t i = 0; i < std::min(list.size(), most); ++i) {
    const Claims& it = list[i];
    sheet.row("  " + text(it, "errno"), std::nullopt,
              {fmt::format("{}{} ({} by {} ({}){})", text(it, "path"), it["cut"].get<bool>() ? "..." : "",
                           text(it, "call"), text(it, "comm"), it["tid"].get<std::int64_t>(),
                           it["put_on"].get<bool>() ? "" : "; no domain was put on after it")});
  }
  if (list.size() > most)
    sheet.heading(fmt::format("  and {} more; -o json has them", skipped["total"].get<std::size_t>() - most));
}

void draw_end(Sheet& sheet, const Claims& trace) {
  draw_skipped(sheet, trace["skipped_paths"]);
  draw_warnings(sheet, trace["warnings"]);
  const Claims& lost = trace["lost"];
  sheet.blank();
  sheet.row("Lost", std::nullopt,
            {trace["complete"].get<bool>()
                 ? "nothing"
                 : fmt::format("{} events, {} calls, {} processes, {} events not kept; {} calls not watched",
                               lost["events"].get<std::uint64_t>(), lost["calls"].get<std::uint64_t>(),
                               lost["processes"].get<std::uint64_t>(), lost["not_kept"].get<std::uint64_t>(),
                               trace["missing"].size())});
}

} // namespace

std::string timeline_line(const Claims& event, const TableStyle& style) {
  return row(event, 0, std::max<std::size_t>(style.width, least_width), style);
}

std::string render_trace_end(const Claims& trace, const TableStyle& style) {
  Sheet sheet(style);
  draw_end(sheet, trace);
  return sheet.take();
}

std::string render_timeline(const Claims& trace, bool every, const TableStyle& style) {
  const std::size_t width = std::max<std::size_t>(style.width, least_width);
  std::string out;
  const Claims& list = trace["timeline"]["list"];
  for (std::size_t i = 0; i < list.size();) {
    std::size_t next = i + 1;
    if (!every && is_detail(list[i])) {
      i = next;
      continue;
    }
    std::size_t more = 0;
    for (; !every && next < list.size() && (is_detail(list[next]) || same_kind(list[i], list[next])); ++next)
      more += !is_detail(list[next]);
    out += row(list[i], more, width, style) + "\n";
    i = next;
  }
  Sheet sheet(style);
  draw_counts(sheet, trace, every);
  draw_end(sheet, trace);
  return out + sheet.take();
}

} // namespace sbx
