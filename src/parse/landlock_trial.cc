#include "parse/landlock_trial.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"

namespace sbx {

namespace {

bool take_answer(LandlockTrial::Answer& answer, std::string_view value) {
  if (value.starts_with('!')) {
    const auto error = errno_from_name(value.substr(1));
    if (error)
      answer = tl::unexpected<int>(*error);
    return error.has_value();
  }
  const auto read = number<unsigned>(value);
  if (read)
    answer = *read;
  return read.has_value();
}

bool is_outcome(std::string_view word) { return word == "ok" || errno_from_name(word).has_value(); }

} // namespace

Parsed<LandlockTrial> parse_landlock_trial(std::string_view text) {
  LandlockTrial trial;
  bool abi = false, errata = false, depth = false;
  const bool whole = each_line(text, [&](std::string_view line) {
    const auto parts = words(line);
    if (parts.size() == 4 && parts[0] == "trial" && is_outcome(parts[2]) && is_outcome(parts[3])) {
      trial.steps.push_back({escaped(parts[1], 40), std::string(parts[2]), std::string(parts[3])});
      return true;
    }
    if (parts.size() == 5 && parts[0] == "present" && is_outcome(parts[3]) && is_outcome(parts[4])) {
      trial.present.push_back(
          {escaped(parts[1], 40), escaped(parts[2], 80), std::string(parts[3]), std::string(parts[4])});
      return true;
    }
    if (parts.size() != 2)
      return false;
    if (parts[0] == "abi" && !abi)
      return abi = take_answer(trial.abi, parts[1]);
    if (parts[0] == "errata" && !errata)
      return errata = take_answer(trial.errata, parts[1]);
    if (parts[0] == "depth" && !depth)
      return depth = take_answer(trial.depth, parts[1]);
    return false;
  });
  if (trial.abi && *trial.abi == 0) // versions begin at 1
    return malformed("an ABI of 0");
  if (!whole || cut_off(text) || !abi || !errata || !depth)
    return malformed("not the answers of a trial: " + escaped(text, 80));
  return trial;
}

} // namespace sbx
