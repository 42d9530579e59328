#include "probes/landlock_places.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "probes/mount_names.h"

#include <algorithm>
#include <cerrno>
#include <fmt/core.h>
#include <unordered_map>

namespace sbx {

namespace {

using Spots = std::unordered_map<std::string, tl::expected<Spot, int>>;

bool has_no_name(const LandlockInode& inode) { return inode.nlink == 0 || inode.unhashed; }

// Where a lookup of `path` ends up: the mount with the longest point on the way, the last of those.
const Mount* topmost(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    const bool above = mount.point == "/" || path == mount.point ||
                       (path.starts_with(mount.point) && path[mount.point.size()] == '/');
    if (above && (!found || mount.point.size() >= found->point.size()))
      found = &mount;
  }
  return found;
}

// Whether that mount shows just this part of this file system there.
bool shows(const Mount& mount, const LandlockInode& inode, const std::string& path) {
  const std::string below = mount.point == "/" ? path : path.substr(mount.point.size());
  const std::string shown = (mount.root == "/" ? "" : mount.root) + (below == "/" ? "" : below);
  return mount.major == inode.major && mount.minor == inode.minor &&
         (shown.empty() ? "/" : shown) == inode.name;
}

class Places {
public:
  Places(const std::vector<Mount>& mounts, const Spots& spots, const std::optional<Gap>& spots_gap,
         bool root_listed)
      : mounts_(mounts), spots_(spots), spots_gap_(spots_gap), root_listed_(root_listed) {}

  LandlockPlace of(const LandlockInode& inode, const std::vector<std::string>& names) const {
    if (names.empty())
      return root_listed_
                 ? LandlockPlace{PlaceStatus::hidden, std::nullopt, {}, "no mount of the target shows it"}
                 : LandlockPlace{
                       PlaceStatus::unknown,
                       std::nullopt,
                       {},
                       "the target's root is a directory (chroot), and which one its mounts do not say"};
    LandlockPlace place{PlaceStatus::unknown, names.front(), {}, ""};
    for (const std::string& name : names)
      if (leads_to(inode, name)) {
        if (place.status == PlaceStatus::live)
          place.also_at.push_back(name);
        else
          place = {PlaceStatus::live, name, {}, ""};
      }
    if (place.status == PlaceStatus::live)
      return place;
    explain(inode, names.front(), place);
    return place;
  }

  // What was deleted: does anything stand where it was?
  LandlockPlace of_deleted(const LandlockInode& inode, const std::vector<std::string>& names) const {
    LandlockPlace place{PlaceStatus::deleted, std::nullopt, {}, "it was deleted"};
    if (inode.nlink > 0)
      place.detail = fmt::format("this name was removed; the file has {} other", inode.nlink);
    if (names.empty())
      return place;
    place.path = names.front();
    const auto spot = spots_.find(names.front());
    if (spot != spots_.end() && spot->second) {
      place.status = PlaceStatus::replaced;
      place.detail += "; something else stands at the path now, which the rule is not about";
    }
    return place;
  }

private:
  bool leads_to(const LandlockInode& inode, const std::string& path) const {
    const auto spot = spots_.find(path);
    if (spot == spots_.end() || !spot->second || spot->second->inode != inode.inode)
      return false;
    const Mount* mount = by_id(spot->second->mount);
    return mount && mount->major == inode.major && mount->minor == inode.minor;
  }

  const Mount* by_id(std::uint64_t id) const {
    const auto found =
        std::find_if(mounts_.begin(), mounts_.end(), [&](const Mount& mount) { return mount.id == id; });
    return found == mounts_.end() ? nullptr : &*found;
  }

  // Why the path does not lead to the file.
  void explain(const LandlockInode& inode, const std::string& path, LandlockPlace& place) const {
    const Mount* over = topmost(mounts_, path);
    const auto spot = spots_.find(path);
    if (over && !shows(*over, inode, path)) {
      place.status = PlaceStatus::hidden;
      place.detail = fmt::format("{} is mounted over {}", escaped(over->type), escaped(over->point));
    } else if (spot == spots_.end()) {
      place.detail = spots_gap_ ? spots_gap_->detail : "the path was not looked up";
    } else if (spot->second) {
      place.status = PlaceStatus::replaced;
      place.detail = "something else stands at the path now, which the rule is not about";
    } else {
      explain_refusal(spot->second.error(), place);
    }
  }

  static void explain_refusal(int error, LandlockPlace& place) {
    if (error == ENOENT || error == ENOTDIR) {
      place.status = PlaceStatus::deleted;
      place.detail = "nothing stands at the path any more";
    } else {
      place.detail = error == ETIMEDOUT
                         ? "no answer came in time, from its file system or from one that was asked before"
                         : "looking the path up was refused: " + errno_name(error);
    }
  }

  const std::vector<Mount>& mounts_;
  const Spots& spots_;
  const std::optional<Gap>& spots_gap_;
  bool root_listed_;
};

} // namespace

std::string_view place_status_name(PlaceStatus status) {
  switch (status) {
  case PlaceStatus::live:
    return "live";
  case PlaceStatus::deleted:
    return "deleted";
  case PlaceStatus::replaced:
    return "replaced";
  case PlaceStatus::hidden:
    return "hidden";
  case PlaceStatus::dead:
    return "dead";
  case PlaceStatus::unnamed:
    return "unnamed";
  case PlaceStatus::unknown:
    return "unknown";
  }
  return "unknown";
}

std::vector<LandlockPlace> landlock_places(Witness& witness, const LandlockDomain& domain) {
  std::optional<Gap> mounts_gap, spots_gap;
  static const std::vector<Mount> none;
  const std::vector<Mount>* mounts = &none;
  witness.mounts().match([&](const Seen<std::vector<Mount>>& seen) { mounts = &seen.value(); },
                         [&](const Gap& gap) { mounts_gap = gap; });
  const MountNames by_superblock(*mounts);
  std::vector<std::vector<std::string>> names(domain.rule_list.size());
  std::vector<std::string> asked;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& inode = domain.rule_list[i].inode;
    if (inode && inode->name)
      names[i] = by_superblock.of(inode->major, inode->minor, *inode->name);
    for (const std::string& name : names[i])
      asked.push_back(name);
  }
  Spots spots;
  if (!asked.empty())
    witness.spots(asked).match(
        [&](const Seen<std::vector<PathSpot>>& seen) {
          for (const PathSpot& spot : seen.value())
            if (spot.found || spot.found.error() != ENODATA) // of a recording that does not hold it
              spots.emplace(spot.path, spot.found);
        },
        [&](const Gap& gap) { spots_gap = gap; });
  const Places places(*mounts, spots, spots_gap, by_superblock.root_listed());
  std::vector<LandlockPlace> found;
  found.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const LandlockRule& rule = domain.rule_list[i];
    if (rule.port)
      found.push_back({PlaceStatus::live, std::nullopt, {}, ""});
    else if (!rule.inode)
      found.push_back({PlaceStatus::dead, std::nullopt, {}, "its file system was unmounted"});
    else if (has_no_name(*rule.inode))
      found.push_back(places.of_deleted(*rule.inode, names[i]));
    else if (!rule.inode->name)
      found.push_back(
          {PlaceStatus::unnamed, std::nullopt, {}, "the kernel holds no name of it at the moment"});
    else if (mounts_gap)
      found.push_back({PlaceStatus::unknown,
                       std::nullopt,
                       {},
                       "the target's mounts were not seen: " + mounts_gap->detail});
    else
      found.push_back(places.of(*rule.inode, names[i]));
  }
  return found;
}

} // namespace sbx
