#include "drift/mount_sight.h"

#include "core/escape.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/core.h>
#include <string_view>

namespace sbx {

namespace {

constexpr unsigned format_mask = 0170000, format_directory = 0040000, format_character = 0020000; // inode(7)
constexpr std::array<std::string_view, 3> of_the_kernel{"/proc", "/sys", "/dev"};

bool read_only(const Mount& mount) {
  const auto& super = mount.super_options;
  return mount.has_option("ro") || std::find(super.begin(), super.end(), "ro") != super.end();
}

bool at_or_below(std::string_view path, std::string_view top) {
  while (top.size() > 1 && top.ends_with('/'))
    top.remove_suffix(1);
  return top == "/" || path == top || (path.starts_with(top) && path[top.size()] == '/');
}

// No file can be made in it: the size is a limit of tmpfs(5).
bool holds_nothing(const Mount& mount) {
  const auto& super = mount.super_options;
  const auto zero = [](const std::string& option) { return option == "size=0k" || option == "size=0"; };
  return mount.type == "tmpfs" && (read_only(mount) || std::any_of(super.begin(), super.end(), zero));
}

} // namespace

bool is_missing(const PathWalk& walk) {
  return !walk.file && (walk.error == 0 || walk.error == ENOENT || walk.error == ENOTDIR);
}

std::optional<MountSight> MountSight::of(const PathWalk& walk, const std::vector<Mount>& mounts,
                                         const OtherWishes& others) {
  if (!walk.file || (walk.error != 0 && walk.above.empty())) // what is above it was not seen
    return std::nullopt;
  const auto found = std::find_if(mounts.begin(), mounts.end(),
                                  [&](const Mount& mount) { return mount.id == walk.file->mount; });
  return found == mounts.end() ? std::nullopt : std::optional(MountSight(walk, *found, mounts, others));
}

bool MountSight::read_only() const { return sbx::read_only(*mount_); }

bool MountSight::mounted() const {
  return walk_->above.empty() || walk_->above.front().mount != walk_->file->mount;
}

MountMask MountSight::mask() const {
  const WalkStep& file = *walk_->file;
  const unsigned format = file.mode & format_mask;
  if (format == format_character && file.rdev_major == 1 && file.rdev_minor == 3)
    return MountMask::null_device;
  if (!mounted())
    return MountMask::none;
  const bool of_systemd = mount_->root.find("/systemd/inaccessible/") != mount_->root.npos;
  if (of_systemd && (file.mode & 07777) == 0)
    return MountMask::inaccessible;
  if (format == format_directory && mount_->root == "/" && holds_nothing(*mount_))
    return MountMask::empty;
  return MountMask::unclear;
}

bool MountSight::holds_hierarchies() const {
  return mount_->type == "tmpfs" && std::any_of(mounts_->begin(), mounts_->end(), [&](const Mount& other) {
           return other.parent == mount_->id && other.id != mount_->id && other.type == "cgroup";
         });
}

bool MountSight::covered(const Mount& mount) const {
  return std::any_of(mounts_->begin(), mounts_->end(), [&](const Mount& other) {
    return other.parent == mount.id && other.id != mount.id && other.point == mount.point;
  });
}

std::vector<std::string> MountSight::writable_below() const {
  // By what was asked for where no link was followed; else by the mount, whose point is a name that is sure.
  const std::string& top = walk_->links.empty() ? walk_->path : mount_->point;
  const bool whole = at_or_below("/", top);
  std::vector<std::string> found;
  for (const Mount& mount : *mounts_) {
    const auto holds = [&](std::string_view path) {
      return at_or_below(mount.point, path) && at_or_below(path, top);
    };
    if (&mount == mount_ || sbx::read_only(mount) || !at_or_below(mount.point, top) || covered(mount) ||
        (whole && std::any_of(of_the_kernel.begin(), of_the_kernel.end(), holds)) ||
        std::any_of(others_->writable.begin(), others_->writable.end(), holds) ||
        (mount.point != top && std::find(others_->control_groups.begin(), others_->control_groups.end(),
                                         mount.point) != others_->control_groups.end()))
      continue;
    // Beneath what covers a directory above it, it cannot be looked up.
    const bool hidden = std::any_of(mounts_->begin(), mounts_->end(), [&](const Mount& other) {
      return &other != &mount && other.parent == mount.parent && other.point != mount.point &&
             other.point != "/" && at_or_below(mount.point, other.point) && &other > &mount;
    });
    if (!hidden)
      found.push_back(escaped(mount.point, 4096));
  }
  return found;
}

bool MountSight::is_among(const std::vector<Mount>& mounts) const {
  return std::any_of(mounts.begin(), mounts.end(), [&](const Mount& other) {
    return other.major == mount_->major && other.minor == mount_->minor && other.root == mount_->root &&
           other.point == mount_->point;
  });
}

std::string MountSight::words() const {
  return fmt::format("{} at {}", escaped(mount_->type, 32), escaped(mount_->point, 4096));
}

} // namespace sbx
