#include "doctor/requirement.h"

#include "core/escape.h"
#include "core/nearest_name.h"
#include "doctor/abilities.h"
#include "parse/line.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

std::vector<std::string_view> launcher_ids() {
  std::vector<std::string_view> ids;
  for (const LauncherNeeds& it : launchers())
    ids.push_back(it.id);
  return ids;
}

bool has(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

tl::unexpected<Error> no_such(std::string_view what, std::string_view name,
                              const std::vector<std::string_view>& known) {
  const auto meant = nearest_name(name, known);
  return error(ErrorKind::usage,
               fmt::format("there is no {} '{}'{}; known: {}", what, escaped(name, 40),
                           meant ? fmt::format(", did you mean {}?", *meant) : "", fmt::join(known, ", ")));
}

// An ABI of Landlock, written as the other commands take it: landlock>=4, landlock=4+.
std::optional<std::string> landlock_clause(std::string_view text) {
  const bool plus = text.starts_with("landlock=") && text.ends_with('+');
  if (!plus && !text.starts_with("landlock>="))
    return std::nullopt;
  const std::string_view digits = plus ? text.substr(9, text.size() - 10) : text.substr(10);
  const auto abi = number<unsigned>(digits);
  return abi && *abi > 0 && *abi < 1000 ? std::optional(fmt::format("landlock>={}", *abi)) : std::nullopt;
}

std::vector<std::string> pieces(std::string_view list) {
  std::vector<std::string> out;
  for (bool more = true; more;) {
    const std::size_t comma = list.find(',');
    more = comma != list.npos;
    out.emplace_back(trimmed(list.substr(0, comma)));
    list.remove_prefix(more ? comma + 1 : list.size());
  }
  return out;
}

} // namespace

Result<std::vector<std::string>> doctor_requirements(const std::vector<std::string>& clauses) {
  std::vector<std::string_view> known = ability_ids();
  for (const std::string_view id : launcher_ids())
    if (!has(known, id))
      known.push_back(id);
  std::vector<std::string> requirements;
  for (const std::string& clause : clauses)
    for (std::string& piece : pieces(clause)) {
      const std::string name = piece == "no-new-privs" ? "no_new_privs" : piece; // as inspect spells it
      if (auto abi = landlock_clause(name))
        requirements.push_back(std::move(*abi));
      else if (has(known, name))
        requirements.push_back(name);
      else
        return no_such("requirement", piece, known);
    }
  return requirements;
}

Result<std::vector<std::string>> launcher_names(std::string_view list) {
  const auto known = launcher_ids();
  std::vector<std::string> names;
  for (const std::string& piece : pieces(list)) {
    if (piece == "openshell") {
      names.insert(names.end(), {"openshell-a", "openshell-b"});
    } else if (piece == "bwrap") {
      names.emplace_back("bubblewrap");
    } else if (has(known, piece)) {
      names.push_back(piece);
    } else {
      return no_such("launcher", piece, known);
    }
  }
  return names;
}

std::vector<DoctorAnswer> judged_requirements(const std::vector<std::string>& requirements,
                                              const Abilities& abilities,
                                              const std::vector<LauncherVerdict>& launchers) {
  std::vector<DoctorAnswer> answers;
  for (const std::string& requirement : requirements) {
    // "landlock" and "docker" are abilities and launchers: the ability is what decides about either.
    if (const auto outcome = ability_outcome(abilities, requirement)) {
      answers.push_back({requirement, *outcome});
      continue;
    }
    const auto it = std::find_if(launchers.begin(), launchers.end(),
                                 [&](const LauncherVerdict& verdict) { return verdict.id == requirement; });
    const Engages engages = it == launchers.end() ? Engages::unknown : it->engages;
    answers.push_back({requirement, engages == Engages::fully     ? TrialOutcome::works
                                    : engages == Engages::unknown ? TrialOutcome::unknown
                                                                  : TrialOutcome::refused});
  }
  return answers;
}

int doctor_status(const std::vector<DoctorAnswer>& answers) {
  const auto any = [&](TrialOutcome outcome) {
    return std::any_of(answers.begin(), answers.end(),
                       [&](const DoctorAnswer& it) { return it.outcome == outcome; });
  };
  return any(TrialOutcome::refused) ? 1 : any(TrialOutcome::unknown) ? 4 : 0;
}

} // namespace sbx
