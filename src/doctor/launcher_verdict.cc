#include "doctor/launcher_verdict.h"

#include "core/escape.h"
#include "parse/line.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::string_view landlock_abi = "landlock>=";

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return parts;
}

TrialOutcome weaker(TrialOutcome one, TrialOutcome other) {
  if (one == TrialOutcome::refused || other == TrialOutcome::refused)
    return TrialOutcome::refused;
  return one == TrialOutcome::unknown || other == TrialOutcome::unknown ? TrialOutcome::unknown
                                                                        : TrialOutcome::works;
}

// Kleene's or, of "kvm|ptrace".
TrialOutcome any_of_them(const Abilities& abilities, std::string_view names) {
  TrialOutcome best = TrialOutcome::refused;
  for (const std::string_view name : split(names, '|')) {
    const TrialOutcome outcome = ability_outcome(abilities, name).value_or(TrialOutcome::unknown);
    if (outcome == TrialOutcome::works)
      return outcome;
    best = outcome == TrialOutcome::unknown ? outcome : best;
  }
  return best;
}

std::string why(const Abilities& abilities, std::string_view names, std::vector<std::string>& blocked_by) {
  std::string text;
  for (const std::string_view need : split(names, '|')) {
    const std::string_view id = need.substr(0, need.find_first_of(">@"));
    const Ability* ability = find_ability(abilities, id);
    if (!ability)
      continue;
    blocked_by.emplace_back(id);
    std::string words = ability->outcome == TrialOutcome::works && need != id
                            ? "the kernel offers " + ability->detail
                        : ability->refuser        ? ability->refuser->words
                        : ability->detail.empty() ? "not known"
                                                  : ability->detail;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", ability->title, words);
  }
  return text;
}

struct Judged {
  TrialOutcome outcome = TrialOutcome::works;
  std::vector<std::string> because;
  std::vector<std::string> blocked_by;
};

// The weakest decides; what says the same of several is said once.
Judged judged_by_abilities(const Abilities& abilities, std::string_view needs) {
  Judged judged;
  for (const std::string_view names : split(needs, ' '))
    judged.outcome = weaker(judged.outcome, any_of_them(abilities, names));
  std::vector<std::string> causes;
  for (const std::string_view names : split(needs, ' ')) {
    if (any_of_them(abilities, names) != judged.outcome || judged.outcome == TrialOutcome::works)
      continue;
    const std::string text = why(abilities, names, judged.blocked_by);
    const std::string cause = text.substr(std::min(text.size(), text.find(": ")));
    if (std::find(causes.begin(), causes.end(), cause) == causes.end()) {
      causes.push_back(cause);
      judged.because.push_back(text);
    }
  }
  return judged;
}

const Trial* run_of(const DoctorScene& scene, std::string_view id) {
  const Trial* trial = scene.launchers ? scene.launchers->find(id) : nullptr;
  const bool ran = trial && (trial->end == TrialEnd::ok || trial->end == TrialEnd::failed ||
                             trial->end == TrialEnd::killed);
  return ran ? trial : nullptr;
}

std::string fact(const DoctorScene& scene, const std::string& key) {
  const Property* it = scene.launchers ? scene.launchers->fact(key) : nullptr;
  return it && it->value ? escaped(*it->value, 300) : "";
}

// By a real start where there was one; `a|b`: one of them.
Judged judged_of(const Need& need, const DoctorScene& scene, const Abilities& abilities) {
  const Judged by_abilities = judged_by_abilities(abilities, need.abilities);
  Judged by_run;
  bool ran = false;
  for (const std::string_view id : split(need.run, '|')) {
    const Trial* trial = run_of(scene, id);
    if (!trial)
      continue;
    if (trial->end == TrialEnd::ok)
      return {};
    ran = true;
    by_run.because = {fmt::format("started, and it ended with: {}", fact(scene, std::string(id) + ".said"))};
  }
  if (!ran)
    return by_abilities;
  by_run.outcome = TrialOutcome::refused;
  if (by_abilities.outcome != TrialOutcome::works) {
    by_run.because.insert(by_run.because.begin(), by_abilities.because.begin(), by_abilities.because.end());
    by_run.blocked_by = by_abilities.blocked_by;
  }
  return by_run;
}

std::optional<std::string> installed_program(const LauncherNeeds& launcher, const DoctorScene& scene) {
  for (const std::string_view name : split(launcher.programs, ' '))
    if (const auto found = fact_of(scene, fmt::format("program.{}", name)))
      return escaped(found->substr(std::min(found->size(), found->find(' ') + 1)), 200);
  return std::nullopt;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += (all.empty() ? "" : "; ") + text;
  return all;
}

std::string_view end_name(TrialEnd end) {
  switch (end) {
  case TrialEnd::ok:
    return "ok";
  case TrialEnd::error:
    return "error";
  case TrialEnd::killed:
    return "killed";
  case TrialEnd::late:
    return "late";
  case TrialEnd::untried:
    return "untried";
  case TrialEnd::ineffective:
    return "ineffective";
  case TrialEnd::failed:
    return "failed";
  }
  return "untried";
}

} // namespace

std::string_view engages_name(Engages engages) {
  switch (engages) {
  case Engages::fully:
    return "fully";
  case Engages::with_less:
    return "with-less";
  case Engages::no:
    return "no";
  case Engages::unknown:
    return "unknown";
  }
  return "unknown";
}

std::optional<TrialOutcome> ability_outcome(const Abilities& abilities, std::string_view need) {
  const bool by_abi = need.starts_with(landlock_abi);
  const std::size_t at = need.find('@');
  const Ability* ability = find_ability(abilities, by_abi ? "landlock" : need.substr(0, at));
  const auto least = number<unsigned>(by_abi ? need.substr(landlock_abi.size()) : "0");
  if (!ability || !least)
    return std::nullopt;
  if (ability->outcome == TrialOutcome::works && at != need.npos) {
    const auto claim = ability->claims.find(std::string(need.substr(at + 1)));
    return claim == ability->claims.end() || !claim->is_boolean() ? TrialOutcome::unknown
           : claim->get<bool>()                                   ? TrialOutcome::works
                                                                  : TrialOutcome::refused;
  }
  if (!by_abi || ability->outcome != TrialOutcome::works)
    return ability->outcome;
  const auto& abi = ability->claims.at("abi");
  return !abi.is_number()                ? TrialOutcome::unknown
         : abi.get<unsigned>() >= *least ? TrialOutcome::works
                                         : TrialOutcome::refused;
}

LauncherVerdict launcher_verdict(const LauncherNeeds& launcher, const DoctorScene& scene,
                                 const Abilities& abilities) {
  LauncherVerdict verdict{std::string(launcher.id), std::string(launcher.title), std::string(launcher.kind)};
  verdict.program = installed_program(launcher, scene);
  verdict.needs_program = !launcher.programs.empty();
  TrialOutcome all = TrialOutcome::works;
  bool less = false, perhaps = false;
  for (const Need& need : launcher.needs) {
    for (const std::string_view id : split(need.run, '|'))
      if (const Trial* trial = scene.launchers ? scene.launchers->find(id) : nullptr)
        verdict.runs.push_back({std::string(id), fact(scene, std::string(id) + ".flags"),
                                std::string(end_name(trial->end)), fact(scene, std::string(id) + ".said")});
    const Judged judged = judged_of(need, scene, abilities);
    if (judged.outcome == TrialOutcome::works)
      continue;
    if (!need.lost.empty()) {
      verdict.losses.push_back({std::string(need.lost), joined(judged.because), judged.outcome});
      less |= judged.outcome == TrialOutcome::refused;
      perhaps |= judged.outcome == TrialOutcome::unknown;
      continue;
    }
    all = weaker(all, judged.outcome);
    append(verdict.blocked_by, judged.blocked_by);
    append(verdict.because, judged.because);
  }
  verdict.engages = all == TrialOutcome::refused           ? Engages::no
                    : all == TrialOutcome::unknown         ? Engages::unknown
                    : less                                 ? Engages::with_less
                    : perhaps /* it engages, but fully? */ ? Engages::unknown
                                                           : Engages::fully;
  return verdict;
}

const LauncherVerdict* best_of(const std::vector<LauncherVerdict>& verdicts, bool installed) {
  for (const Engages wanted : {Engages::fully, Engages::with_less})
    for (const LauncherVerdict& verdict : verdicts)
      if (verdict.engages == wanted && (!installed || verdict.program || !verdict.needs_program))
        return &verdict;
  return nullptr;
}

} // namespace sbx
