#include "drift/landlock_extra.h"

#include "probes/landlock_openings.h"

#include <algorithm>
#include <fmt/core.h>
#include <unordered_map>

namespace sbx {

namespace {

const std::string by_kernel(source::target_landlock.name);

using MayByName = std::unordered_map<std::string, std::uint64_t>;

// What wishes allow, by every name that their files are known to have.
MayByName may_by_name(const LandlockHeld& held, const std::vector<WishedPath>& paths,
                      const std::vector<LandlockAt>& at) {
  MayByName may;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::uint64_t allowed = paths[i].wish->value.access | paths[i].wish->value.may;
    may[paths[i].plain] |= allowed;
    for (const std::size_t rule : at[i].own)
      if (const LandlockPlace& place = held.place(rule); place.path) {
        may[*place.path] |= allowed;
        for (const std::string& name : place.also_at)
          may[name] |= allowed;
      }
  }
  return may;
}

std::uint64_t allowed_at(const MayByName& may, const std::string& path) {
  std::uint64_t allowed = 0;
  for (std::string at = path;;) {
    if (const auto found = may.find(at); found != may.end())
      allowed |= found->second;
    if (at.size() <= 1)
      return allowed;
    at.resize(std::max<std::size_t>(at.rfind('/'), 1));
  }
}

std::string name_of(const LandlockRule& rule, const LandlockPlace& place) {
  if (place.path)
    return *place.path;
  return rule.inode ? fmt::format("inode {} of {} {}:{}", rule.inode->inode, rule.inode->file_system,
                                  rule.inode->major, rule.inode->minor)
                    : "a file system that was unmounted";
}

LandlockVerdict verdict(Drift drift, std::string held) {
  return {LandlockStatus::extra, drift, std::move(held), by_kernel};
}

// What is gone cannot be looked up any more, so its rule opens nothing by a path.
LandlockVerdict judged_extra(const LandlockHeld& held, std::size_t rule, const LandlockOpenings& openings,
                             const MayByName& may, std::uint64_t judged) {
  const LandlockPlace& place = held.place(rule);
  const LandlockRule& of = held.domain().rule_list[rule];
  const std::string granted = "grants " + landlock_rights_words(held.granted(rule));
  switch (place.status) {
  case PlaceStatus::live: {
    const std::uint64_t kind = is_directory_mode(of.inode->mode) ? ~std::uint64_t{0} : landlock_fs_file;
    const std::uint64_t more = openings.below(*place.path) & judged & kind & ~allowed_at(may, *place.path);
    return more == 0 ? verdict(Drift::same, granted + ", and opens nothing that is not wished above it")
                     : verdict(Drift::weaker,
                               fmt::format("{}; in no wish: {}", granted, landlock_rights_words(more)));
  }
  case PlaceStatus::dead:
    return verdict(Drift::same, granted + " on a file system that was unmounted");
  case PlaceStatus::deleted:
  case PlaceStatus::replaced:
    return verdict(of.inode && of.inode->nlink == 0 ? Drift::same : Drift::weaker,
                   granted + "; " + place.detail);
  case PlaceStatus::hidden:
    return verdict(Drift::weaker, granted + "; " + place.detail);
  case PlaceStatus::unnamed:
  case PlaceStatus::unknown:
    break;
  }
  return verdict(Drift::unknown, granted + "; " + place.detail);
}

} // namespace

std::vector<bool> claimed_rules(const LandlockHeld& held, const std::vector<WishedPath>& paths,
                                const std::vector<LandlockAt>& at) {
  std::vector<bool> claimed(held.domain().rule_list.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (const std::size_t rule : at[i].own)
      claimed[rule] = true;
    for (const std::size_t rule : at[i].perhaps)
      claimed[rule] = true;
    for (const std::size_t rule : held.named(paths[i].plain))
      if (held.place(rule).status != PlaceStatus::live || paths[i].met == Met::unseen)
        claimed[rule] = true;
  }
  return claimed;
}

std::vector<ExtraRule> extra_rules(const LandlockHeld& held, const std::vector<WishedPath>& paths,
                                   const std::vector<LandlockAt>& at, const std::vector<bool>& claimed,
                                   std::uint64_t judged, std::optional<unsigned> kernel_abi) {
  const LandlockOpenings openings(held.domain(), held.places(), kernel_abi);
  const MayByName may = may_by_name(held, paths, at);
  std::vector<ExtraRule> extra;
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const LandlockRule& rule = held.domain().rule_list[i];
    if (claimed[i] || rule.port || !held.of_policy(i))
      continue;
    extra.push_back(
        {name_of(rule, held.place(i)), judged_extra(held, i, openings, may, judged | held.handled())});
  }
  return extra;
}

} // namespace sbx
