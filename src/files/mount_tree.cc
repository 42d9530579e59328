#include "files/mount_tree.h"

#include <algorithm>
#include <map>

namespace sbx {

bool path_before(std::string_view one, std::string_view other) {
  const auto [a, b] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  if (a == one.end() || b == other.end())
    return a == one.end() && b != other.end();
  const auto rank = [](char c) { return c == '/' ? 0 : 1 + static_cast<unsigned char>(c); };
  return rank(*a) < rank(*b);
}

bool is_below(std::string_view path, std::string_view prefix) {
  return prefix == "/" ||
         (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/'));
}

MountTree::MountTree(const std::vector<Mount>& mounts) : mounts_(mounts), reached_(mounts.size(), false) {
  index_.reserve(mounts_.size());
  for (std::size_t i = 0; i < mounts_.size(); ++i)
    index_.try_emplace(mounts_[i].id, i);
  for (std::size_t i = 0; i < mounts_.size(); ++i)
    if (mounts_[i].parent != mounts_[i].id)
      children_[mounts_[i].parent].push_back(i);
  find_start();
  // Layer by layer from what the root directory is in. A cycle, which no kernel makes, is never entered.
  std::vector<std::size_t> now, next;
  if (const auto first = children_.find(start_); first != children_.end())
    reach(start_, true, first->second, now);
  for (std::size_t i = 0; i < mounts_.size(); ++i)
    if (mounts_[i].id == start_ && !reached_[i]) { // its own parent
      reached_[i] = true;
      now.push_back(i);
    }
  while (!now.empty()) {
    next.clear();
    for (const std::size_t parent : now) {
      const Mount& mount = mounts_[parent];
      if (const auto of = children_.find(mount.id); of != children_.end())
        reach(mount.id, mount.point == "/" && (mount.parent == start_ || mount.id == start_), of->second,
              next);
    }
    now.swap(next);
  }
}

const Mount* MountTree::by_id(std::uint64_t id) const {
  const auto it = index_.find(id);
  return it == index_.end() ? nullptr : &mounts_[it->second];
}

// A mount is listed where its point can be reached, so only what the root directory itself is in, or its
// mount is on, is missing from the list; there is one such.
void MountTree::find_start() {
  std::map<std::uint64_t, std::size_t> missing; // parents, with how many say so
  const Mount* root = nullptr;
  for (const Mount& mount : mounts_) {
    const bool top = mount.parent == mount.id || !index_.contains(mount.parent);
    if (top && mount.point == "/" && !root)
      root = &mount;
    if (top && mount.parent != mount.id)
      ++missing[mount.parent];
  }
  const auto most = std::max_element(missing.begin(), missing.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  start_ = root ? root->parent : most != missing.end() ? most->first : 0;
  for (const auto& [parent, count] : missing)
    orphans_ += parent == start_ ? 0 : count;
}

// Marks those of the siblings (all on one parent, which is reached) that nothing hides. `is_root`: the parent
// is where lookups begin, and what is mounted over its own root hides nothing.
void MountTree::reach(std::uint64_t parent, bool is_root, std::vector<std::size_t>& siblings,
                      std::vector<std::size_t>& next) {
  std::stable_sort(siblings.begin(), siblings.end(), [&](std::size_t a, std::size_t b) {
    return path_before(mounts_[a].point, mounts_[b].point);
  });
  const auto parent_at = index_.find(parent);
  const std::string_view parent_point =
      parent_at == index_.end() ? std::string_view("/") : std::string_view(mounts_[parent_at->second].point);
  const Mount* over = nullptr; // the last sibling that hides what is below its point
  for (std::size_t i = 0; i < siblings.size(); ++i) {
    const Mount& mount = mounts_[siblings[i]];
    const bool again = i + 1 < siblings.size() && mounts_[siblings[i + 1]].point == mount.point;
    const bool hidden = over && is_below(mount.point, over->point);
    if (!hidden && !(is_root && mount.point == parent_point))
      over = &mount;
    if (hidden || again || reached_[siblings[i]])
      continue;
    reached_[siblings[i]] = true;
    next.push_back(siblings[i]);
  }
  if (is_root)
    return;
  // One on the very point of its parent covers that, and all else that is on it.
  if (parent_at != index_.end() && !siblings.empty() && mounts_[siblings.front()].point == parent_point)
    reached_[parent_at->second] = false;
}

} // namespace sbx
