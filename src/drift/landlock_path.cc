#include "drift/landlock_path.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/plain_path.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <map>
#include <tuple>

namespace sbx {

namespace {

using enum LandlockStatus;

const std::string by_lookup(source::target_walks.name), by_kernel(source::target_landlock.name);

std::string shown(const std::optional<std::string>& path) {
  return path ? escaped(*path, 4096) : std::string("a file without a name");
}

std::string directory_of(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

void look(const PathWalk& walk, WishedPath& path) {
  path.walk = walk;
  if (walk.file)
    path.met = Met::file; // with an error: what is above it was not all seen
  else if (walk.error == 0 || walk.error == ENOENT || walk.error == ENOTDIR)
    path.met = Met::missing;
  else
    path.unseen = walk.error == ETIMEDOUT
                      ? "no answer came in time, from its file system or from one that was asked before"
                  : walk.error == EREMOTE ? "what stands on the way answers each process differently"
                                          : "looking it up ended with " + errno_name(walk.error);
  if (walk.file && !is_directory_mode(walk.file->mode))
    path.wanted &= landlock_fs_file;
}

// Rules on what stood at this name: removed, moved away or covered since.
std::optional<LandlockVerdict> displaced(const LandlockHeld& held, const WishedPath& path) {
  for (const std::size_t rule : held.named(path.plain)) {
    if (!held.of_policy(rule))
      continue;
    const LandlockPlace& place = held.place(rule);
    switch (place.status) {
    case PlaceStatus::hidden:
      return LandlockVerdict{mounted_over, Drift::stronger,
                             "its rule is about what a mount hides: " + place.detail, by_kernel};
    case PlaceStatus::deleted:
    case PlaceStatus::replaced:
      return LandlockVerdict{replaced, Drift::stronger,
                             "its rule is about what stood here before: " + place.detail, by_kernel};
    case PlaceStatus::unknown:
      return LandlockVerdict{unknown, Drift::unknown,
                             "a rule has this name, and whether it is about what stands here was not seen: " +
                                 place.detail,
                             by_kernel};
    case PlaceStatus::live:
    case PlaceStatus::dead:
    case PlaceStatus::unnamed:
      break;
    }
  }
  return std::nullopt;
}

// A rule with just the wanted rights, about something in the same directory that no wish names: what
// rename(2) leaves where a path is moved away and made anew. The kernel keeps no former name, so this is what
// it looks like, not what was seen.
std::optional<std::size_t> moved_away(const LandlockHeld& held, const WishedPath& path,
                                      const std::vector<bool>& claimed) {
  const auto& rules = held.domain().rule_list;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const LandlockPlace& place = held.place(i);
    if (claimed[i] || !rules[i].inode || !held.of_policy(i) || place.status != PlaceStatus::live ||
        directory_of(*place.path) != directory_of(path.plain) ||
        is_directory_mode(rules[i].inode->mode) != is_directory_mode(path.walk.file->mode))
      continue;
    const std::uint64_t granted = held.granted(i), wanted = path.wanted & held.handled();
    if ((wanted & ~granted) == 0 && (granted & ~path.allowed) == 0)
      return i;
  }
  return std::nullopt;
}

LandlockVerdict by_own_rule(const WishedPath& path, const LandlockAt& at, std::uint64_t judged) {
  const std::uint64_t more = at.open & judged & ~path.allowed, fewer = path.wanted & ~at.open;
  const std::string granted = "granted: " + landlock_rights_words(at.open & judged);
  if (more != 0)
    return {more_rights, Drift::weaker,
            fmt::format("{}; more than wanted: {}", granted, landlock_rights_words(more)), by_kernel};
  if ((at.open_at_most & judged & ~path.allowed) != 0 || (fewer & at.open_at_most) != 0)
    return {unknown, Drift::unknown, granted + "; rules that may be about a directory above could grant more",
            by_kernel};
  if (fewer != 0)
    return {fewer_rights, Drift::stronger,
            fmt::format("{}; not granted: {}", granted, landlock_rights_words(fewer)), by_kernel};
  return {as_asked, Drift::same, granted, by_kernel};
}

std::string where_from(const LandlockHeld& held, const LandlockAt& at) {
  for (const std::size_t rule : at.above)
    if (held.place(rule).status == PlaceStatus::live)
      return " by the rule on " + shown(held.place(rule).path);
  return at.above.empty() ? " because no layer handles it" : " by a rule above it";
}

// Its own rule is somewhere else. What is granted here all the same tells how far it is from the wish.
LandlockVerdict elsewhere(LandlockVerdict verdict, const LandlockHeld& held, const WishedPath& path,
                          const LandlockAt& at, std::uint64_t judged) {
  if (verdict.drift == Drift::unknown)
    return verdict;
  const std::uint64_t more = at.open & judged & ~path.allowed;
  if ((path.wanted & ~at.open) == 0)
    verdict.held += "; granted all the same" + where_from(held, at);
  if (more != 0)
    verdict.held += "; more than wanted: " + landlock_rights_words(more);
  verdict.drift = more != 0                          ? Drift::weaker
                  : (path.wanted & ~at.open) == 0    ? Drift::same
                  : (path.wanted & ~at.open_at_most) ? Drift::stronger
                                                     : Drift::unknown;
  return verdict;
}

LandlockVerdict without_own_rule(const LandlockHeld& held, const WishedPath& path, const LandlockAt& at,
                                 const std::vector<bool>& claimed, std::uint64_t judged) {
  const std::uint64_t more = at.open & judged & ~path.allowed;
  if ((path.wanted & ~at.open_at_most) == 0 && (path.wanted & ~at.open) != 0)
    return {unknown, Drift::unknown, "rules that may be about a directory above could grant it", by_kernel};
  if ((path.wanted & ~at.open) == 0) {
    const std::string words = "no rule of its own; granted" + where_from(held, at);
    if (more != 0)
      return {covered_wider, Drift::weaker,
              fmt::format("{}: more than wanted: {}", words, landlock_rights_words(more)), by_kernel};
    if ((at.open_at_most & judged & ~path.allowed) != 0)
      return {unknown, Drift::unknown, words + "; whether it grants more could not be told", by_kernel};
    return {covered, Drift::same, words, by_kernel};
  }
  const Drift drift = more != 0 ? Drift::weaker : Drift::stronger;
  if (const auto rule = moved_away(held, path, claimed))
    return {replaced, drift,
            fmt::format("no rule is about what stands here now; one with these rights is about {}, which no "
                        "wish names: it seems that this was moved there",
                        shown(held.place(*rule).path)),
            by_kernel};
  std::string words = "it exists, and no rule is about it";
  if (more != 0)
    words += "; open all the same: " + landlock_rights_words(more);
  return {no_rule, drift, words, by_kernel};
}

LandlockVerdict of_missing(const WishedPath& path, const std::string& words) {
  return path.wish->value.optional
             ? LandlockVerdict{not_added, Drift::same, words + "; left out on purpose", by_lookup}
             : LandlockVerdict{skipped, Drift::stronger, words, by_lookup};
}

std::string missing_words(const WishedPath& path) {
  return path.walk.error == ENOTDIR ? "missing in the sandbox: what is above it is no directory"
                                    : "missing in the sandbox";
}

} // namespace

std::vector<WishedPath> wished_paths(Witness& witness, const LandlockWish& wish) {
  std::vector<WishedPath> paths;
  std::vector<std::string> asked;
  for (const Wish<PathWish>& one : wish.paths) {
    WishedPath& path = paths.emplace_back();
    path.wish = &one;
    path.plain = plain_path(one.value.path);
    path.wanted = one.value.access;
    path.allowed = one.value.access | one.value.may;
    asked.push_back(path.plain);
  }
  if (asked.empty())
    return paths;
  witness.walks(asked).match(
      [&](const Seen<std::vector<PathWalk>>& seen) {
        for (std::size_t i = 0; i < paths.size(); ++i)
          look(seen.value()[i], paths[i]);
      },
      [&](const Gap& gap) {
        for (WishedPath& path : paths)
          path.unseen = gap.detail;
      });
  using Key = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t, std::uint64_t>;
  const auto key = [](const WalkStep& step) { return Key(step.mount, step.major, step.minor, step.inode); };
  std::map<Key, std::uint64_t> may;
  for (const WishedPath& path : paths)
    if (path.walk.file)
      may[key(*path.walk.file)] |= path.wish->value.access | path.wish->value.may;
  for (WishedPath& path : paths) {
    const auto add = [&](const WalkStep& step) {
      if (const auto found = may.find(key(step)); found != may.end())
        path.allowed |= found->second;
    };
    if (path.walk.file)
      add(*path.walk.file);
    for (const WalkStep& step : path.walk.above)
      add(step);
  }
  return paths;
}

LandlockVerdict path_verdict(const LandlockHeld& held, const WishedPath& path, const LandlockAt& at,
                             const std::vector<bool>& claimed, std::uint64_t judged) {
  if (!held.rules_read())
    return verdict_without_rules(path, "the rules of its domain were not read");
  if (path.met == Met::unseen)
    return verdict_without_rules(path, {});
  if (path.met == Met::missing) {
    if (auto gone = displaced(held, path))
      return *std::move(gone);
    return of_missing(path, missing_words(path) + ", and no rule is about it");
  }
  const std::uint64_t kind = is_directory_mode(path.walk.file->mode) ? ~std::uint64_t{0} : landlock_fs_file;
  judged = (judged | held.handled()) & kind;
  if (!at.own.empty())
    return by_own_rule(path, at, judged);
  if (!at.perhaps.empty())
    return {unknown, Drift::unknown,
            "a rule has the number of its inode, which is not unique on this file system", by_kernel};
  if (auto gone = displaced(held, path))
    return elsewhere(*std::move(gone), held, path, at, judged);
  return without_own_rule(held, path, at, claimed, judged);
}

LandlockVerdict verdict_without_rules(const WishedPath& path, const std::string& why) {
  switch (path.met) {
  case Met::missing:
    return of_missing(path, missing_words(path) + " now; whether a rule was made is unknown");
  case Met::unseen:
    return {unknown, Drift::unknown, "could not be looked up: " + path.unseen, by_lookup};
  case Met::file:
    break;
  }
  return {unknown, Drift::unknown, "it exists; whether a rule is about it was not seen: " + why, by_kernel};
}

LandlockVerdict verdict_without_domain(const WishedPath& path, const std::string& words, bool all_outside) {
  if (path.met == Met::missing)
    return of_missing(path, missing_words(path));
  return {all_outside ? no_rule : more_rights, Drift::weaker, "nothing is restricted: " + words, by_kernel,
          true};
}

} // namespace sbx
