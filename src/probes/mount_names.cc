#include "probes/mount_names.h"

#include <algorithm>
#include <unordered_set>

namespace sbx {

namespace {

constexpr std::size_t most_names = 16, most_candidates = 64;

std::uint64_t superblock(std::uint32_t major, std::uint32_t minor) {
  return std::uint64_t{major} << 32 | minor;
}

// Calls with(prefix) for "/", "/a", "/a/b" of "/a/b"; false of `with` stops.
template <class With> void each_prefix(std::string_view path, With&& with) {
  if (!path.starts_with('/') || !with(path.substr(0, 1)) || path.size() == 1)
    return;
  for (std::size_t end = 0; end != path.npos;) {
    end = path.find('/', end + 1);
    if (!with(path.substr(0, end)))
      return;
  }
}

std::string joined(const Mount& mount, std::string_view name) {
  std::string path = mount.point == "/" ? "" : mount.point;
  path += name.substr(mount.root == "/" ? 0 : mount.root.size());
  if (path.size() > 1 && path.back() == '/') // the root of a file system, below its mount point
    path.pop_back();
  return path.empty() ? "/" : path;
}

} // namespace

MountNames::MountNames(const std::vector<Mount>& mounts) : mounts_(mounts) {
  std::unordered_set<std::uint64_t> ids;
  for (const Mount& mount : mounts_)
    ids.insert(mount.id);
  bool started = false;
  for (const Mount& mount : mounts_) {
    const bool top = mount.parent == mount.id || !ids.contains(mount.parent);
    root_listed_ = root_listed_ || mount.point == "/";
    if (top && (!started || mount.point == "/")) {
      // One that is its own parent is the start itself; what it is mounted on is nothing.
      start_ = mount.parent;
      started = true;
    }
    if (mount.parent != mount.id)
      children_[mount.parent][mount.point] = &mount; // a later one covers an earlier one
  }
  for (const Mount& mount : mounts_)
    by_root_[superblock(mount.major, mount.minor)][mount.root].push_back({&mount, seen_at_point(mount)});
}

// What is seen of a mount at this point: itself, or the last that was mounted over it there.
std::uint64_t MountNames::top_at(std::uint64_t mount, std::string_view point) const {
  for (std::size_t steps = 0; steps <= mounts_.size(); ++steps) {
    const auto of_mount = children_.find(mount);
    if (of_mount == children_.end())
      break;
    const auto over = of_mount->second.find(point);
    if (over == of_mount->second.end())
      break;
    mount = over->second->id;
  }
  return mount;
}

bool MountNames::seen_at_point(const Mount& mount) const {
  std::uint64_t at = start_;
  each_prefix(mount.point, [&](std::string_view prefix) {
    at = top_at(at, prefix);
    return true;
  });
  return at == mount.id;
}

// `path` is below the point; another mount on the way there covers it.
bool MountNames::seen(const Candidate& candidate, std::string_view path) const {
  const auto over = children_.find(candidate.mount->id);
  if (!candidate.seen || over == children_.end())
    return candidate.seen;
  bool uncovered = true;
  each_prefix(path, [&](std::string_view prefix) {
    uncovered = prefix.size() <= candidate.mount->point.size() || !over->second.contains(prefix);
    return uncovered;
  });
  return uncovered;
}

std::vector<std::string> MountNames::of(std::uint32_t major, std::uint32_t minor,
                                        std::string_view name) const {
  const auto found = by_root_.find(superblock(major, minor));
  if (found == by_root_.end())
    return {};
  std::vector<std::string> uncovered, covered;
  std::size_t candidates = 0;
  each_prefix(name, [&](std::string_view root) {
    const auto mounts = found->second.find(root);
    if (mounts == found->second.end())
      return true;
    for (const Candidate& candidate : mounts->second) {
      if (++candidates > most_candidates)
        return false;
      std::string path = joined(*candidate.mount, name);
      auto& list = this->seen(candidate, path) ? uncovered : covered;
      if (std::find(list.begin(), list.end(), path) == list.end())
        list.push_back(std::move(path));
    }
    return true;
  });
  std::stable_sort(uncovered.begin(), uncovered.end(),
                   [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  for (std::string& path : covered)
    if (std::find(uncovered.begin(), uncovered.end(), path) == uncovered.end())
      uncovered.push_back(std::move(path));
  uncovered.resize(std::min(uncovered.size(), most_names));
  return uncovered;
}

} // namespace sbx
