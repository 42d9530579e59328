#include "probes/namespaces.h"

#include "probes/target_ns.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <map>

namespace sbx {

namespace {

using Kinds = std::map<std::string_view, TargetNs>;

// The six without which a sandbox shares something that matters; cgroup and time hide little.
bool is_needed(std::string_view kind) { return kind != "cgroup" && kind != "time"; }

struct Split {
  std::vector<std::string_view> own, shared, unseen; // in the order of ns_kinds
  Tally needed;                                      // of the six alone: own, shared, unseen
};

Split split(const Kinds& kinds) {
  Split found;
  for (const std::string_view kind : ns_kinds) {
    const auto& initial = kinds.at(kind).initial;
    (!initial ? found.unseen : *initial ? found.shared : found.own).push_back(kind);
    if (is_needed(kind))
      ++(!initial ? found.needed.unseen : *initial ? found.needed.without : found.needed.with);
  }
  return found;
}

std::string summary(const Split& found) {
  std::string text;
  if (!found.own.empty())
    text += fmt::format("own: {}", fmt::join(found.own, " "));
  if (!found.shared.empty())
    text += fmt::format("{}shared with the host: {}", text.empty() ? "" : "; ", fmt::join(found.shared, " "));
  if (!found.unseen.empty())
    text += fmt::format("{}not seen: {}", text.empty() ? "" : "; ", fmt::join(found.unseen, " "));
  return text;
}

Finding stated(const Seen<std::vector<TaskNs>>& links, const Split& found, const Kinds& kinds) {
  switch (const State state = judge(found.needed); state) {
  case State::enforced:
  case State::partial:
    return Finding::of(state, links, summary(found));
  case State::absent:
    return Finding::absent(links, found.own.empty() && found.unseen.empty() ? "all are the host's own"
                                                                            : summary(found));
  case State::unknown:
  case State::not_applicable:
    break;
  }
  const auto needed = std::find_if(found.unseen.begin(), found.unseen.end(), is_needed);
  return Finding::unknown(*kinds.at(*needed).gap, summary(found));
}

Claims id_map_claim(Witness& witness, Source source) {
  return witness.id_map(source).match(
      [](const Seen<std::vector<IdRange>>& map) {
        Claims lines = Claims::array();
        for (const IdRange& range : map.value())
          lines.push_back(fmt::format("{} {} {}", range.inside, range.outside, range.count));
        return lines;
      },
      [](const Gap&) { return Claims(); });
}

Finding with_user_ns(Finding&& finding, Witness& witness) {
  Claims owner, depth;
  witness.user_ns().match(
      [&](const Seen<std::vector<UserNs>>& chain) {
        owner = chain.value().front().owner_uid;
        if (chain.value().back().inode == initial_inode("user")) // else our own namespace ends the view
          depth = chain.value().size() - 1;
      },
      [](const Gap&) {});
  return std::move(finding)
      .claim("user_owner_uid", owner)
      .claim("user_depth", depth)
      .claim("uid_map", id_map_claim(witness, source::target_uid_map))
      .claim("gid_map", id_map_claim(witness, source::target_gid_map));
}

} // namespace

Finding namespaces(Witness& witness) {
  Kinds kinds;
  for (const std::string_view kind : ns_kinds)
    kinds.emplace(kind, target_ns(witness, kind));
  Finding finding = witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& links) { return stated(links, split(kinds), kinds); },
      [](const Gap& gap) { return Finding::unknown(gap); });
  Claims differing = Claims::array();
  for (const std::string_view kind : ns_kinds) {
    const TargetNs& ns = kinds.at(kind);
    finding.claim(std::string(kind), Claims{{"inode", ns.inode ? Claims(*ns.inode) : Claims()},
                                            {"initial", ns.initial ? Claims(*ns.initial) : Claims()}});
    if (ns.differs)
      differing.push_back(kind);
  }
  Claims total;
  witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& links) {
        total = links.value().size() - exited_tids(witness).size();
      },
      [&](const Gap&) { differing = nullptr; });
  return with_user_ns(std::move(finding).claim("differing", differing).claim("tasks_total", total), witness);
}

} // namespace sbx
