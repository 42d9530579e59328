#include "core/escape.h"
#include "core/some_of.h"
#include "drift/policy_drift.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_named = 3; // in a summary

Claims row_claim(const DriftRow& row) {
  const auto text = [](const std::string& it) { return it.empty() ? Claims() : Claims(it); };
  return {{"layer", row.layer},         {"subject", row.subject}, {"drift", drift_name(row.drift)},
          {"status", row.status},       {"wanted", row.wanted},   {"where", text(row.where)},
          {"origin", text(row.origin)}, {"held", row.held},       {"source", text(row.source)},
          {"remedy", text(row.remedy)}};
}

// Some of them prove that there are any; only all of them that there are none.
Claims list_claim(const std::vector<std::string>& list, bool complete) {
  if (!complete && list.empty())
    return nullptr;
  Claims claim = Claims::array();
  for (const std::string& one : list)
    claim.push_back(escaped(one, 4096));
  return claim;
}

Claims unchecked_claim(const Policy& policy) {
  Claims claim = Claims::array();
  const auto add = [&](const std::string& what, const std::string& why, const Place& place) {
    claim.push_back({{"what", what}, {"why", why}, {"where", place_words(place)}});
  };
  for (const Wish<Unchecked>& one : policy.unchecked)
    add(one.value.what, one.value.why, one.place);
  if (policy.user) {
    const std::string why = "names are those of the sandbox's own files, which are not read";
    if (policy.user->value.user)
      add("user " + escaped(*policy.user->value.user, 64), why, policy.user->place);
    if (policy.user->value.group)
      add("group " + escaped(*policy.user->value.group, 64), why, policy.user->place);
  }
  return claim;
}

Claims notes_claim(const Policy& policy) {
  Claims claim = Claims::array();
  for (const Wish<std::string>& note : policy.notes)
    claim.push_back({{"text", escaped(note.value, 1024)}, {"where", place_words(note.place)}});
  return claim;
}

std::vector<std::string> subjects(const std::vector<DriftRow>& rows, Drift drift) {
  std::vector<std::string> found;
  for (const DriftRow& row : rows)
    if (row.drift == drift)
      found.push_back(row.layer == row.subject ? row.layer : row.layer + " " + row.subject);
  return found;
}

struct Whole {
  State state = State::unknown;
  std::string summary;
  Drift drift = Drift::unknown; // same: no row is weaker, and none unknown
};

std::string lists_words(const LandlockDrift& landlock) {
  std::string words;
  const auto add = [&](const char* what, const std::vector<std::string>& paths) {
    if (paths.empty())
      return;
    std::vector<std::string> shown;
    shown.reserve(paths.size());
    for (const std::string& path : paths)
      shown.push_back(escaped(path, 128));
    words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", what, some_of(shown, most_named));
  };
  add("skipped", landlock.skipped);
  add("without a rule", landlock.missing_rules);
  return words;
}

// `landlock_asked`: the policy says something of it.
Whole judged(const std::vector<DriftRow>& rows, const LandlockDrift& landlock, bool landlock_asked) {
  const auto weaker = subjects(rows, Drift::weaker), unknown = subjects(rows, Drift::unknown);
  const std::string lists = lists_words(landlock);
  if (!weaker.empty()) {
    std::string words = fmt::format("{} of {} weaker than asked for: {}", weaker.size(), rows.size(),
                                    some_of(weaker, most_named));
    return {State::partial, lists.empty() ? words : words + "; " + lists, Drift::weaker};
  }
  const Drift drift = unknown.empty() && !rows.empty() ? Drift::same : Drift::unknown;
  if (!lists.empty())
    return {State::partial, lists, drift};
  if (rows.empty())
    return {State::unknown, "it asks for nothing that is compared here", drift};
  if (!unknown.empty())
    return {State::unknown,
            fmt::format("{} of {} could not be told: {}", unknown.size(), rows.size(),
                        some_of(unknown, most_named)),
            drift};
  if (landlock_asked && (!landlock.skipped_complete || !landlock.missing_rules_complete))
    return {State::unknown, "not every wished path could be looked up", drift};
  return {State::enforced, fmt::format("all {} that it asks for, or more, is in force", rows.size()), drift};
}

// What the rows rest on, as far as it was seen.
std::optional<Finding> stated(Witness& witness, const Whole& whole, const std::vector<DriftRow>& rows) {
  std::optional<Finding> made;
  const auto cite = [&](const auto& observation) {
    observation.match(
        [&](const auto& seen) {
          const auto rests = [&](const DriftRow& row) { return row.source == seen.source().name; };
          if (std::none_of(rows.begin(), rows.end(), rests))
            return;
          made =
              made ? Finding(std::move(*made).citing(seen)) : Finding::of(whole.state, seen, whole.summary);
        },
        [](const Gap&) {});
  };
  cite(witness.landlock_domains());
  cite(witness.landlock_trial());
  cite(witness.walks({}));
  cite(witness.seccomp_filters());
  cite(witness.tasks());
  cite(witness.task_ns());
  cite(witness.task_attr());
  cite(witness.mounts());
  if (!made)
    witness.identity().match(
        [&](const Seen<Identity>& seen) { made = Finding::of(whole.state, seen, whole.summary); },
        [](const Gap&) {});
  return made;
}

Gap gap_of_rows(Witness& witness, const std::vector<DriftRow>& rows, const std::string& summary) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [](const DriftRow& it) { return it.drift == Drift::unknown; });
  if (row == rows.end())
    return {GapKind::not_attempted, std::string(source::target_walks.name), summary};
  Gap gap{GapKind::unsupported, row->source, row->held};
  const auto ask = [&](const auto& observation) {
    observation.match([](const auto&) {},
                      [&](const Gap& known) {
                        if (known.source == row->source)
                          gap = known;
                      });
  };
  ask(witness.landlock_domains());
  ask(witness.walks({}));
  ask(witness.seccomp_filters());
  ask(witness.tasks());
  ask(witness.task_ns());
  ask(witness.task_attr());
  ask(witness.mounts());
  return gap;
}

std::string_view drift_claim(Drift drift) {
  switch (drift) {
  case Drift::same:
  case Drift::stronger:
    return "none";
  case Drift::weaker:
    return "weaker";
  case Drift::unknown:
    break;
  }
  return "unknown";
}

Claims rows_claim(const std::vector<DriftRow>& rows) {
  Claims claim = Claims::array();
  for (const DriftRow& row : rows)
    claim.push_back(row_claim(row));
  return claim;
}

} // namespace

Finding policy_finding(Witness& witness, const Policy& policy, const std::vector<DriftRow>& rows,
                       const LandlockDrift& landlock) {
  const Whole whole = judged(rows, landlock, policy.landlock.has_value());
  std::optional<Finding> finding;
  if (whole.state != State::unknown)
    finding = stated(witness, whole, rows);
  if (!finding)
    finding = Finding::unknown(gap_of_rows(witness, rows, whole.summary), whole.summary);
  return std::move(*finding)
      .claim("file", escaped(policy.file, 4096))
      .claim("format", policy_kind_name(policy.kind))
      .claim("sha256", policy.sha256)
      .claim("drift", drift_claim(whole.drift))
      .claim("rows", rows_claim(rows))
      .claim("skipped", list_claim(landlock.skipped, landlock.skipped_complete))
      .claim("missing_rules", list_claim(landlock.missing_rules, landlock.missing_rules_complete))
      .claim("extra", list_claim(landlock.extra, landlock.extra_complete))
      .claim("unchecked", unchecked_claim(policy))
      .claim("notes", notes_claim(policy));
}

Layers with_policy(Layers layers, const std::vector<DriftRow>& rows) {
  for (auto& [id, finding] : layers) {
    std::vector<DriftRow> own;
    for (const DriftRow& row : rows)
      if (row.layer == id)
        own.push_back(row);
    if (own.empty())
      continue;
    std::vector<std::string> weaker;
    for (const DriftRow& row : own)
      if (row.drift == Drift::weaker)
        weaker.push_back(row.layer == row.subject ? "asked for: " + row.wanted : row.subject);
    if (!weaker.empty())
      finding =
          Finding(std::move(finding).weakened("weaker than the policy: " + some_of(weaker, most_named)));
    finding.claim("policy", rows_claim(own));
  }
  return layers;
}

} // namespace sbx
