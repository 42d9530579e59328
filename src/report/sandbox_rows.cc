#include "report/sandbox_rows.h"

#include "report/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace sbx {

namespace {

constexpr std::size_t most_rows = 12;

std::string process_count(std::size_t count) {
  return fmt::format("{} process{}", count, count == 1 ? "" : "es");
}

// "Landlock absent, Seccomp partial": only what is not enforced, for that is what one looks for.
std::string weak_layers(const SandboxMember& member) {
  std::map<State, std::vector<std::string>> by_state;
  for (const auto& [id, finding] : member.layers)
    if (finding.state() != State::enforced && finding.state() != State::not_applicable)
      by_state[finding.state()].emplace_back(layer_title(id));
  std::vector<std::string> parts;
  for (const State state : {State::absent, State::unknown, State::partial})
    if (const auto it = by_state.find(state); it != by_state.end())
      parts.push_back(fmt::format("{}: {}", state_name(state), fmt::join(it->second, ", ")));
  if (!parts.empty())
    return fmt::format("{}", fmt::join(parts, "; "));
  const bool any = std::any_of(member.layers.begin(), member.layers.end(),
                               [](const auto& it) { return it.second.state() == State::enforced; });
  return any ? "everything enforced" : "nothing applies";
}

std::string member_words(const SandboxMember& member) {
  return member.comm.empty() ? fmt::format("{}", member.pid) : fmt::format("{} {}", member.pid, member.comm);
}

// Who has the same layers and the same role is told once.
std::string kind_of(const SandboxMember& member) {
  return member.role + '\n' + member.why + '\n' + (member.layers.empty() ? "" : weak_layers(member));
}

} // namespace

void draw_sandbox(Sheet& sheet, const Sandbox& sandbox, std::string_view vantage) {
  std::size_t threads = 0;
  bool all = true;
  for (const SandboxMember& it : sandbox.members) {
    threads += it.threads.value_or(0);
    all = all && it.threads.has_value();
  }
  sheet.header(fmt::format("{} ({}, {}{} thread{})", sandbox.what, process_count(sandbox.members.size()),
                           all ? "" : "at least ", threads, threads == 1 ? "" : "s"),
               vantage);
  if (!sandbox.chain.empty())
    sheet.row("Made by", std::nullopt, {sandbox.chain});
  for (const std::string& note : sandbox.notes)
    sheet.row("Note", std::nullopt, {note});
  if (!sandbox.settled)
    sheet.row("Note", std::nullopt,
              {"processes came faster than they could be inspected: there may be more"});
}

void draw_made_by(Sheet& sheet, const MadeBy& made_by) {
  if (!made_by.chain.empty())
    sheet.row("Made by", std::nullopt, {made_by.chain});
  for (const std::string& note : made_by.notes)
    sheet.row("Note", std::nullopt, {note});
}

void draw_members(Sheet& sheet, const Sandbox& sandbox) {
  std::vector<std::pair<std::string, std::vector<const SandboxMember*>>> kinds;
  for (const SandboxMember& it : sandbox.members) {
    const std::string kind = kind_of(it);
    const auto known =
        std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.first == kind; });
    if (known == kinds.end())
      kinds.push_back({kind, {&it}});
    else
      known->second.push_back(&it);
  }
  std::size_t rows = 0;
  for (const auto& [kind, members] : kinds) {
    if (++rows > most_rows) {
      sheet.row("Processes", std::nullopt,
                {fmt::format("{} more kinds; see -o json", kinds.size() - most_rows)});
      break;
    }
    constexpr std::size_t named = 6;
    std::vector<std::string> names;
    for (const SandboxMember* it : members)
      if (names.size() < named)
        names.push_back(member_words(*it));
    std::string who = fmt::format("{}", fmt::join(names, ", "));
    if (members.size() > named)
      who += fmt::format(" and {} more", members.size() - named);
    const SandboxMember& first = *members.front();
    std::string what = first.role;
    if (!first.why.empty())
      what += " (" + first.why + ")";
    std::vector<std::string> texts{fmt::format("{}: {}", what, who)};
    if (!first.layers.empty())
      texts.push_back((first.judged ? "" : "not judged; ") + weak_layers(first));
    sheet.row(rows == 1 ? "Processes" : "", std::nullopt, texts);
  }
}

} // namespace sbx
