#include "policy/supervisor_log.h"

#include "policy/supervisor_message.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace sbx {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_bytes = 16U << 20, most_line = 64U << 10, most_claims = 10'000, most_text = 1024;
constexpr int most_depth = 16;

constexpr std::array severities{"INFO", "LOW", "MED", "HIGH", "CRIT", "FATAL"}; // of severity_id 1 to 6

// "[what] ", with what is inside.
std::optional<std::string_view> take_bracketed(std::string_view& text) {
  const std::size_t end = text.find(']');
  if (!text.starts_with('[') || end == std::string_view::npos)
    return std::nullopt;
  const std::string_view inside = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  take_prefix(text, " ");
  return inside;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What stands before an event: "[1787568688.958] [sandbox] [OCSF ] [ocsf] " where the command line prints it,
// "2026-04-01T04:04:13.065Z OCSF " in the file, "OCSF ", or nothing. What another level of the log says is
// not an event, whatever its words.
std::string_view without_prefix(std::string_view line) {
  std::string_view rest = line;
  if (const auto time = take_bracketed(rest);
      time && !time->empty() &&
      std::all_of(time->begin(), time->end(), [](char c) { return is_digit(c) || c == '.'; })) {
    const auto source = take_bracketed(rest), level = take_bracketed(rest), target = take_bracketed(rest);
    return source && level && target && level->starts_with("OCSF") ? rest : std::string_view();
  }
  rest = line;
  const std::size_t space = rest.find(' ');
  if (!rest.empty() && is_digit(rest.front()) && space != std::string_view::npos && space >= 20 &&
      rest[space - 1] == 'Z') {
    rest.remove_prefix(space + 1);
    return take_prefix(rest, "OCSF ") ? rest : std::string_view();
  }
  take_prefix(rest, "OCSF ");
  return rest;
}

class LogReader {
public:
  explicit LogReader(const std::string& file) { log_.file = file; }

  void read(std::string_view line) {
    mark_ = {static_cast<unsigned>(++log_.lines), 1};
    if (line.size() > most_line) {
      ++log_.not_understood;
      return;
    }
    if (line.starts_with('{')) {
      open_ = false;
      read_json(line);
      return;
    }
    const std::string_view event = without_prefix(line);
    mark_.column = static_cast<unsigned>(line.size() - event.size() + 1);
    read_shorthand(event);
  }
  bool full() const { return log_.claims.size() >= most_claims; }
  void cut() { log_.cut = true; }
  SupervisorLog done() { return std::move(log_); }

private:
  void add(const std::optional<SupervisorMessage>& said, std::string_view severity, std::string_view text) {
    if (!said)
      return;
    LogClaim claim;
    claim.place = {log_.file, mark_};
    claim.severity = severity;
    claim.text = text.substr(0, most_text);
    if (said->understood) {
      claim.meaning = said->meaning;
      claim.abi = said->abi;
      claim.rules = said->rules;
      claim.skipped = said->skipped;
      claim.read_only = said->read_only;
      claim.read_write = said->read_write;
      claim.path = said->path;
    } else {
      ++log_.not_understood;
    }
    log_.claims.push_back(std::move(claim));
  }

  // CONFIG:BUILT [INFO] Landlock ruleset built [rules_applied:5 skipped:1]
  void read_shorthand(std::string_view text) {
    const bool was_open = std::exchange(open_, false);
    const bool config = take_prefix(text, "CONFIG:"), finding = !config && take_prefix(text, "FINDING:");
    if (!config && !finding) {
      open_ = was_open && !text.ends_with(']');
      return;
    }
    if (was_open) { // the rest of a path that has a line break in it, so a path wrote this line
      open_ = !text.ends_with(']');
      ++log_.not_understood;
      return;
    }
    const std::size_t label = text.find(' ');
    text.remove_prefix(std::min(text.size(), label == std::string_view::npos ? text.size() : label + 1));
    const auto severity = take_bracketed(text);
    if (label == 0 || !severity || severity->empty() || severity->size() > 5 ||
        !std::all_of(severity->begin(), severity->end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
      ++log_.not_understood;
      return;
    }
    if (config) {
      const auto said = read_config_message(text);
      open_ = said && said->meaning == LogMeaning::landlock_path_skipped && !text.ends_with(']');
      add(said, *severity, text);
    } else if (take_prefix(text, "\"")) {
      // A title is not escaped: one of the known ones ends at its own quote.
      add(read_finding("", text.substr(0, text.find('"'))), *severity, text.substr(0, text.find('"')));
    } else {
      ++log_.not_understood;
    }
  }

  void read_json(std::string_view line) {
    bool deep = false;
    const auto keep = [&](int depth, Json::parse_event_t, const Json&) {
      deep = deep || depth > most_depth;
      return depth <= most_depth;
    };
    const Json event = Json::parse(line, keep, false);
    const auto text_at = [](const Json& object, const char* key) -> std::string {
      const auto found = object.is_object() ? object.find(key) : object.end();
      return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                               : "";
    };
    if (event.is_discarded() || deep) {
      ++log_.not_understood;
      return;
    }
    const auto class_uid = event.find("class_uid");
    if (class_uid == event.end() || (*class_uid != 5019 && *class_uid != 2004))
      return;
    const auto id = event.find("severity_id");
    const std::uint64_t severity =
        id != event.end() && id->is_number_unsigned() ? id->get<std::uint64_t>() : 0;
    const std::string_view severity_word =
        severity >= 1 && severity <= severities.size() ? severities[severity - 1] : "";
    const std::string message = text_at(event, "message");
    if (*class_uid == 5019) {
      add(read_config_message(message), severity_word, message);
      return;
    }
    const auto info = event.find("finding_info");
    const Json& finding = info == event.end() ? event : *info;
    const std::string title = text_at(finding, "title");
    add(read_finding(text_at(finding, "uid"), title), severity_word, message.empty() ? title : message);
  }

  SupervisorLog log_;
  Mark mark_;
  bool open_ = false; // the line before began an event that it does not end
};

} // namespace

SupervisorLog parse_supervisor_log(std::string_view text, const std::string& file) {
  LogReader reader(file);
  if (text.size() > most_bytes) {
    reader.cut();
    text = text.substr(0, most_bytes);
    text = text.substr(0, text.rfind('\n') + 1); // what is cut off would be read as a whole line
  }
  while (!text.empty()) {
    if (reader.full()) {
      reader.cut();
      break;
    }
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    reader.read(line);
  }
  return reader.done();
}

} // namespace sbx
