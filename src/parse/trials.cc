#include "parse/trials.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

namespace sbx {

namespace {

constexpr std::size_t most_lines = 4096;

constexpr std::array<std::pair<std::string_view, TrialEnd>, 6> words_of_end{
    {{"ok", TrialEnd::ok},
     {"killed", TrialEnd::killed},
     {"late", TrialEnd::late},
     {"untried", TrialEnd::untried},
     {"ineffective", TrialEnd::ineffective},
     {"failed", TrialEnd::failed}}};

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '/' || c == '-' ||
           c == ',';
  });
}

std::optional<Trial> trial_of(std::string_view line) {
  TokenLine tokens(line);
  tokens.word();
  const std::string_view id = tokens.word(), word = tokens.word();
  if (!tokens.whole() || !is_id(id))
    return std::nullopt;
  Trial trial{std::string(id), TrialEnd::error, 0};
  for (const auto& [name, end] : words_of_end)
    if (name == word) {
      trial.end = end;
      return trial;
    }
  const auto error = errno_from_name(word);
  if (!error || *error <= 0)
    return std::nullopt;
  trial.error = *error;
  return trial;
}

} // namespace

const Trial* Trials::find(std::string_view id) const {
  const auto it =
      std::find_if(tried.begin(), tried.end(), [&](const Trial& trial) { return trial.id == id; });
  return it == tried.end() ? nullptr : &*it;
}

Parsed<Trials> parse_trials(std::string_view text) {
  Trials trials;
  std::unordered_set<std::string> seen;
  std::size_t lines = 0;
  bool ended = false;
  const bool whole = !cut_off(text) && each_line(text, [&](std::string_view line) {
    if (ended || ++lines > most_lines)
      return false;
    if (line.starts_with("try ")) {
      auto trial = trial_of(line);
      if (!trial || !seen.insert("try " + trial->id).second)
        return false;
      trials.tried.push_back(std::move(*trial));
      return true;
    }
    if (line.starts_with("fact ")) {
      auto fact = parse_properties(std::string(line.substr(5)) + "\n");
      if (!fact || fact->size() != 1 || !is_id(fact->front().key) ||
          !seen.insert("fact " + fact->front().key).second)
        return false;
      trials.facts.push_back(std::move(fact->front()));
      return true;
    }
    return ended = line == "end";
  });
  if (!whole)
    return malformed("not a list of trials: " + escaped(text, 80));
  if (!ended)
    return malformed("the list of trials has no end");
  return trials;
}

} // namespace sbx
