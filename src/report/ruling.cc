#include "report/ruling.h"

#include "core/escape.h"
#include "report/json.h"
#include "report/text_layout.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

constexpr std::size_t least_width = 60, answer_columns = 9,
                      layer_columns = 13; // "unknown", "permissions", and two

std::string_view colour_of(Answer answer) { // SGR parameters, ECMA-48 8.3.117
  switch (answer) {
  case Answer::yes:
    return "32";
  case Answer::no:
    return "31";
  case Answer::unknown:
    return "35";
  }
  return "35";
}

std::string painted(Answer answer, const TableStyle& style) {
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour_of(answer), answer_name(answer))
                      : std::string(answer_name(answer));
}

// Layers with that answer, in the order in which they were asked.
std::vector<std::string> layers_with(const Ruling& ruling, Answer answer) {
  std::vector<std::string> layers;
  for (const Asked& it : ruling.asked)
    if (it.answer == answer)
      layers.push_back(it.layer);
  return layers;
}

// "no: python3 (pid 4242) cannot read /etc/shadow: permissions says no"
std::string headline(const Ruling& ruling, const Target& target) {
  const std::string name = target.comm.value_or("").empty() ? "(no name)" : *target.comm;
  const std::string who = fmt::format("{} (pid {})", name, target.pid);
  const std::string what = escaped(ruling.question, 4200);
  switch (ruling.answer) {
  case Answer::yes:
    return fmt::format("{} can {}: nothing that was asked forbids it", who, what);
  case Answer::no:
    return fmt::format("{} cannot {}: {} says no", who, what, ruling.decided_by.value_or(""));
  case Answer::unknown:
    return fmt::format("whether {} can {} is not known: {} could not tell", who, what,
                       fmt::join(layers_with(ruling, Answer::unknown), ", "));
  }
  return {};
}

std::string threads_words(const Ruling& ruling) {
  const std::string of = fmt::format("thread {}", ruling.thread.value_or(0));
  const std::string like =
      ruling.alike > 1 ? fmt::format(" and {} more like it", ruling.alike - 1) : std::string();
  switch (ruling.answer) {
  case Answer::yes:
    return fmt::format("of its {} threads, {}{} can", ruling.threads, of, like);
  case Answer::no:
    return fmt::format("none of its {} threads can; asked of {}{}", ruling.threads, of, like);
  case Answer::unknown:
    return fmt::format("of its {} threads, it is not known of {}{}", ruling.threads, of, like);
  }
  return {};
}

} // namespace

std::string render_ruling_text(const Ruling& ruling, const Target& target, const TableStyle& style) {
  const std::size_t width = std::max<std::size_t>(style.width, least_width);
  std::string out;
  const auto add = [&](const std::string& start, std::size_t columns, const std::string& text) {
    bool first = true;
    for (const std::string& part : wrapped(printable(text, style.unicode), width - columns)) {
      out += (first ? start : std::string(columns, ' ')) + part + "\n";
      first = false;
    }
  };
  const std::string word(answer_name(ruling.answer));
  add(painted(ruling.answer, style) + ": ", word.size() + 2, headline(ruling, target));
  if (ruling.threads > 1 && ruling.thread)
    add("", 0, threads_words(ruling));
  for (const Asked& it : ruling.asked) {
    const std::string name(answer_name(it.answer));
    add("  " + it.layer + padding(it.layer, layer_columns) + painted(it.answer, style) +
            padding(name, answer_columns),
        2 + layer_columns + answer_columns, it.detail);
  }
  return out;
}

std::string render_ruling_json(const Ruling& ruling, const Target& target, const std::string& tool_version) {
  nlohmann::json asked = nlohmann::json::array();
  for (const Asked& it : ruling.asked)
    asked.push_back({{"layer", it.layer}, {"answer", answer_name(it.answer)}, {"detail", it.detail}});
  const nlohmann::json out = {
      {"schema", "sbx-attest/can/v1"},
      {"tool", {{"name", "sbx-attest"}, {"version", tool_version}}},
      {"target", target_json(target)},
      {"question", escaped(ruling.question, 4200)},
      {"answer", answer_name(ruling.answer)},
      {"decided_by", ruling.decided_by ? nlohmann::json(*ruling.decided_by) : nlohmann::json(nullptr)},
      {"thread", ruling.thread ? nlohmann::json(*ruling.thread) : nlohmann::json(nullptr)},
      {"threads_alike", ruling.alike},
      {"threads_total", ruling.threads},
      {"asked", asked}};
  return out.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
}

} // namespace sbx
