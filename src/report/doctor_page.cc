#include "report/doctor_page.h"

#include "core/some_of.h"
#include "report/sheet.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <set>

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

struct Group {
  const char* title;
  std::vector<std::string_view> ids;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      {"Landlock", {"landlock"}},
      {"seccomp", {"seccomp", "seccomp.notify", "seccomp.notify_killable", "no_new_privs"}},
      {"user namespaces", {"userns"}},
      {"namespaces", {"ns.mnt", "ns.pid", "ns.net", "ns.ipc", "ns.uts", "ns.cgroup", "ns.time"}},
      {"mounts, network", {"mount", "mount.proc", "mount.devpts", "pivot_root", "loopback"}},
      {"control groups", {"cgroup"}},
      {"virtual machines", {"kvm"}},
      {"BPF, tracing", {"bpf", "btf", "ptrace"}},
      {"users, devices", {"subids", "setuid", "tun"}},
  };
  return all;
}

Word outcome_word(TrialOutcome outcome) {
  switch (outcome) {
  case TrialOutcome::works:
    return {"works", "32"};
  case TrialOutcome::refused:
    return {"refused", "31"};
  case TrialOutcome::unknown:
    return {"unknown", "35"};
  }
  return {"unknown", "35"};
}

std::string_view engages_word(Engages engages) {
  switch (engages) {
  case Engages::fully:
    return "fully";
  case Engages::with_less:
    return "with less";
  case Engages::no:
    return "no";
  case Engages::unknown:
    return "unknown";
  }
  return "unknown";
}

// Who said no, and with what; what a trial lacked is told where that is told.
Texts reason_texts(const Ability& ability) {
  if (ability.claims.contains("needs"))
    return {ability.detail};
  Texts texts;
  if (ability.outcome == TrialOutcome::refused && ability.refuser)
    texts.push_back(fmt::format("{}{}", ability.error ? *ability.error + ": " : "", ability.refuser->words));
  else if (!ability.detail.empty())
    texts.push_back(ability.detail);
  for (const Refuser& refuser : ability.also)
    texts.push_back("then: " + refuser.words);
  if (!ability.candidates.empty())
    texts.push_back(fmt::format("perhaps by: {}", fmt::join(ability.candidates, "; ")));
  return texts;
}

std::string short_name(const Ability& ability) {
  const std::string& id = ability.id;
  return id.starts_with("ns.") ? id.substr(3) : ability.title;
}

// Of those that work, what each has to say for itself stands behind it; what all say is said once.
std::string working_words(const std::vector<const Ability*>& works, bool named) {
  const bool same = std::all_of(works.begin(), works.end(),
                                [&](const Ability* it) { return it->detail == works.front()->detail; });
  Texts names;
  for (const Ability* it : works)
    names.push_back(same || it->detail.empty() ? short_name(*it)
                                               : fmt::format("{} ({})", short_name(*it), it->detail));
  const std::string& detail = works.front()->detail;
  if (!named)
    return detail;
  return fmt::format("{}{}", fmt::join(names, ", "), same && !detail.empty() ? ": " + detail : "");
}

// One row for those of a group that have the same to say.
void draw_group(Sheet& sheet, const Group& group, const Abilities& abilities,
                std::set<std::string>& told_remedies) {
  std::vector<const Ability*> left, works;
  for (const std::string_view id : group.ids)
    if (const Ability* ability = find_ability(abilities, id))
      (ability->outcome == TrialOutcome::works ? works : left).push_back(ability);
  const bool named = group.ids.size() > 1;
  std::string title = group.title;
  if (!works.empty()) {
    sheet.row(title, outcome_word(TrialOutcome::works), {working_words(works, named)});
    title.clear();
  }
  while (!left.empty()) {
    const Ability& first = *left.front();
    const Texts reason = reason_texts(first);
    Texts names;
    std::erase_if(left, [&](const Ability* it) {
      const bool same = it->outcome == first.outcome && reason_texts(*it) == reason;
      if (same)
        names.push_back(short_name(*it));
      return same;
    });
    Texts texts = reason;
    if (named)
      texts.insert(texts.begin(), fmt::format("{}{}", fmt::join(names, ", "), reason.empty() ? "" : ":"));
    if (named && !reason.empty()) { // as one sentence, broken where the line ends
      texts[0] += " " + texts[1];
      texts.erase(texts.begin() + 1);
    }
    if (!first.remedy.empty() && first.outcome == TrialOutcome::refused &&
        told_remedies.insert(first.remedy).second)
      texts.push_back("do: " + first.remedy);
    sheet.row(title, outcome_word(first.outcome), texts);
    title.clear();
  }
}

std::string text(const nlohmann::json& value, std::string_view otherwise = "not seen") {
  return value.is_string() ? value.get<std::string>()
         : value.is_null() ? std::string(otherwise)
                           : value.dump();
}

Texts list(const nlohmann::json& value) {
  Texts texts;
  for (const auto& it : value)
    texts.push_back(text(it));
  return texts;
}

std::string capabilities(const nlohmann::json& process) {
  const auto& effective = process.at("effective");
  const auto& bounding = process.at("bounding");
  const auto count = [](const nlohmann::json& set) {
    return set.is_null()     ? "not seen"
           : set.empty()     ? "none"
           : set.size() <= 6 ? some_of(list(set), 6)
                             : std::to_string(set.size());
  };
  return fmt::format("effective {}; left in the bounding set {}", count(effective), count(bounding));
}

std::string audit(const nlohmann::json& it) {
  if (it.at("enabled").is_string())
    return it.at("enabled") == "0" ? "off" : "on";
  return it.at("built") == true ? "built, on or off not shown" : "not seen";
}

void draw_surroundings(Sheet& sheet, const Diagnosis& diagnosis) {
  const auto &process = diagnosis.process, &around = diagnosis.surroundings;
  sheet.blank();
  sheet.heading("Around it");
  const auto& modules = around.at("lsm");
  sheet.row("  modules", std::nullopt,
            {fmt::format("{}; lockdown {}; yama {}; audit {}",
                         modules.is_null() ? "not seen" : fmt::format("{}", fmt::join(list(modules), ", ")),
                         text(around.at("lockdown")), text(around.at("yama_ptrace_scope")),
                         audit(around.at("audit")))});
  sheet.row("  capabilities", std::nullopt, {capabilities(process)});
  const auto& filters = process.at("seccomp_filters");
  sheet.row("  it is under", std::nullopt,
            {fmt::format("seccomp filters {}, Landlock layers {}, no_new_privs {}, label {}", text(filters),
                         text(process.at("landlock_layers")), text(process.at("no_new_privs")),
                         text(process.at("label"), "none"))});
  const auto& masks = around.at("proc_masks");
  sheet.row("  covered in /proc", std::nullopt,
            {masks.is_null() ? "not seen"
             : masks.empty() ? "nothing"
                             : some_of(list(masks), 6)});
}

// Titles of what decides; what an ability was refused for want of stands for it.
std::string short_reason(const LauncherVerdict& launcher, const Abilities& abilities) {
  Texts titles;
  for (const std::string& id : launcher.blocked_by) {
    const Ability* ability = find_ability(abilities, id);
    while (ability && ability->claims.contains("needs"))
      ability = find_ability(abilities, ability->claims["needs"].get<std::string>());
    if (ability && std::find(titles.begin(), titles.end(), ability->title) == titles.end())
      titles.push_back(ability->title);
  }
  return titles.empty() ? fmt::format("{}", fmt::join(launcher.because, "; "))
                        : fmt::format("needs {}", fmt::join(titles, ", "));
}

Texts launcher_texts(const LauncherVerdict& launcher, const Abilities& abilities) {
  Texts texts;
  if (launcher.engages == Engages::no || (launcher.engages == Engages::unknown && !launcher.because.empty()))
    return {short_reason(launcher, abilities)};
  for (const Loss& loss : launcher.losses)
    texts.push_back((loss.outcome == TrialOutcome::unknown ? "perhaps: " : "") + loss.what);
  return texts;
}

std::string with_mark(const LauncherVerdict& launcher) {
  return launcher.needs_program && !launcher.program ? "(" + launcher.title + ")" : launcher.title;
}

void draw_launchers(Sheet& sheet, const Diagnosis& diagnosis) {
  sheet.blank();
  sheet.heading("Launchers, the strongest first; in brackets: not installed");
  std::vector<const LauncherVerdict*> left;
  for (const LauncherVerdict& it : diagnosis.launchers)
    left.push_back(&it);
  while (!left.empty()) {
    const LauncherVerdict& first = *left.front();
    const Texts texts = launcher_texts(first, diagnosis.abilities);
    Texts names;
    std::erase_if(left, [&](const LauncherVerdict* it) {
      const bool same = it->engages == first.engages && launcher_texts(*it, diagnosis.abilities) == texts;
      if (same)
        names.push_back(with_mark(*it));
      return same;
    });
    Texts lines{fmt::format("{}", fmt::join(names, ", "))};
    for (const std::string& it : texts)
      lines.push_back("  " + it);
    sheet.row(fmt::format("  {}", engages_word(first.engages)), std::nullopt, lines);
  }
}

std::string best_words(const std::optional<LauncherVerdict>& best) {
  return best ? fmt::format("{} ({}, {})", best->title, best->kind,
                            best->engages == Engages::fully ? "engages fully" : "engages with less")
              : "none of these";
}

void draw_best(Sheet& sheet, const Diagnosis& diagnosis) {
  sheet.blank();
  sheet.row("Best that works", std::nullopt, {best_words(diagnosis.best_installed)});
  if (diagnosis.best && (!diagnosis.best_installed || diagnosis.best->id != diagnosis.best_installed->id))
    sheet.row("  if installed", std::nullopt, {best_words(diagnosis.best)});
}

void draw_requirements(Sheet& sheet, const Diagnosis& diagnosis) {
  if (diagnosis.requirements.empty())
    return;
  sheet.blank();
  sheet.heading("Requirements");
  for (const DoctorAnswer& it : diagnosis.requirements)
    sheet.row("  " + it.requirement, std::nullopt,
              {it.outcome == TrialOutcome::works     ? "met"
               : it.outcome == TrialOutcome::refused ? "unmet"
                                                     : "could not be determined"});
}

} // namespace

std::string render_doctor(const Diagnosis& diagnosis, const TableStyle& style) {
  Sheet sheet(style);
  sheet.header(
      fmt::format("what works for a process started here, as user {}", text(diagnosis.process.at("uid"))),
      "Linux " + text(diagnosis.surroundings.at("kernel")));
  if (diagnosis.surroundings.at("not_tried").is_string())
    sheet.heading("nothing could be tried: " + text(diagnosis.surroundings.at("not_tried")));
  sheet.blank();
  std::set<std::string> told_remedies;
  for (const Group& group : groups())
    draw_group(sheet, group, diagnosis.abilities, told_remedies);
  draw_surroundings(sheet, diagnosis);
  draw_launchers(sheet, diagnosis);
  draw_best(sheet, diagnosis);
  draw_requirements(sheet, diagnosis);
  return sheet.take();
}

} // namespace sbx
