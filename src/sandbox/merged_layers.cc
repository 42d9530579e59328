#include "sandbox/merged_layers.h"

#include "core/warning.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <set>

namespace sbx {

namespace {

struct One {
  const std::string* who;
  const Finding* finding;
};

int strength(State state) {
  switch (state) {
  case State::absent:
    return 0;
  case State::unknown:
    return 1;
  case State::partial:
    return 2;
  case State::enforced:
    return 3;
  case State::not_applicable:
    return 4;
  }
  return 1;
}

// Of two that are both enforced: Landlock's level is the one claim that orders them.
std::int64_t level(const Finding& finding) {
  const auto it = finding.claims().find("level");
  return it != finding.claims().end() && it->is_number_integer() ? it->get<std::int64_t>() : 0;
}

bool weaker(const One& a, const One& b) {
  return std::pair(strength(a.finding->state()), level(*a.finding)) <
         std::pair(strength(b.finding->state()), level(*b.finding));
}

std::size_t count(const std::vector<One>& all, State state) {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const One& it) { return it.finding->state() == state; }));
}

std::size_t severity_rank(const Claims& warning) {
  constexpr std::array ranks{Severity::high, Severity::medium, Severity::low, Severity::info};
  const auto* const it = std::find_if(ranks.begin(), ranks.end(), [&](Severity severity) {
    return warning.value("severity", "") == severity_name(severity);
  });
  return static_cast<std::size_t>(it - ranks.begin());
}

// Each once, as different processes share most: the first that has it is named, with how many do. The most
// severe first. Null where none was seen and not every process was looked at for them.
Claims warnings_of_all(const std::vector<One>& all) {
  Claims warnings = Claims::array();
  std::vector<Claims> bare;
  bool unseen = false;
  for (const One& it : all) {
    const auto own = it.finding->claims().find("warnings");
    if (own == it.finding->claims().end() || !own->is_array()) {
      unseen = unseen || own != it.finding->claims().end() || it.finding->state() == State::unknown;
      continue;
    }
    for (const Claims& warning : *own) {
      const auto known = std::find(bare.begin(), bare.end(), warning);
      if (!warning.is_object())
        continue;
      if (known != bare.end()) {
        Claims& also = warnings[static_cast<std::size_t>(known - bare.begin())];
        also["processes"] = also["processes"].get<std::size_t>() + 1;
        continue;
      }
      bare.push_back(warning);
      Claims& added = warnings.emplace_back(warning);
      added["process"] = *it.who;
      added["processes"] = 1;
    }
  }
  std::stable_sort(warnings.begin(), warnings.end(),
                   [](const Claims& a, const Claims& b) { return severity_rank(a) < severity_rank(b); });
  return warnings.empty() && unseen ? Claims() : warnings;
}

// To whom the layer applies; all of them where it applies to nobody.
std::vector<One> applicable(const std::vector<One>& members) {
  std::vector<One> all;
  std::copy_if(members.begin(), members.end(), std::back_inserter(all),
               [](const One& it) { return it.finding->state() != State::not_applicable; });
  return all.empty() ? members : all;
}

// One with the layer, or a part of it, beside one without.
bool is_mixed(const std::vector<One>& all) {
  return count(all, State::absent) > 0 && count(all, State::enforced) + count(all, State::partial) > 0;
}

// What was not seen decides, unless the whole is partial whatever it is: one with a part of the layer, or one
// with it beside one without.
const One& decider(const std::vector<One>& all) {
  const auto first = [&](State state) -> const One& {
    return *std::find_if(all.begin(), all.end(), [&](const One& it) { return it.finding->state() == state; });
  };
  if (is_mixed(all) || count(all, State::unknown) == 0)
    return *std::min_element(all.begin(), all.end(), weaker);
  return first(count(all, State::partial) > 0 ? State::partial : State::unknown);
}

Finding merged(const std::vector<One>& members, bool settled) {
  const std::vector<One> all = applicable(members);
  const One& decides = decider(all);
  Finding finding = *decides.finding;
  if (is_mixed(all))
    finding = Finding(std::move(finding).partly());
  if (members.size() > 1) {
    const std::size_t alike = count(all, decides.finding->state());
    finding = Finding(std::move(finding).of_one(
        alike == all.size() ? fmt::format("all {} processes, the weakest {}", alike, *decides.who)
                            : fmt::format("{} of {} processes, first {}", alike, all.size(), *decides.who)));
  }
  if (!settled && finding.state() != State::partial && finding.state() != State::unknown) {
    const std::string why = "processes came faster than they could be inspected";
    const std::string seen = why + "; those that were: " + finding.summary();
    finding = Finding(std::move(finding).unseen(Gap{GapKind::not_attempted, "host/processes", why}, seen));
  }
  if (members.size() > 1 && finding.claims().contains("warnings"))
    finding.claim("warnings", warnings_of_all(members));
  return finding;
}

std::vector<One> of_layer(const std::vector<MemberLayers>& members, std::size_t layer) {
  std::vector<One> all;
  for (const MemberLayers& it : members)
    if (layer < it.layers.size())
      all.push_back({&it.who, &it.layers[layer].second});
  return all;
}

} // namespace

Layers merged_layers(const std::vector<MemberLayers>& members, bool settled) {
  Layers layers;
  if (members.empty())
    return layers;
  for (std::size_t i = 0; i < members.front().layers.size(); ++i)
    layers.emplace_back(members.front().layers[i].first, merged(of_layer(members, i), settled));
  return layers;
}

std::vector<std::pair<std::string, std::string>> deciders(const std::vector<MemberLayers>& members) {
  std::vector<std::pair<std::string, std::string>> found;
  if (members.empty())
    return found;
  for (std::size_t i = 0; i < members.front().layers.size(); ++i)
    found.emplace_back(members.front().layers[i].first, *decider(applicable(of_layer(members, i))).who);
  return found;
}

} // namespace sbx
