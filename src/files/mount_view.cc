#include "files/mount_view.h"

#include "files/propagation.h"
#include "rules/mount_types.h"

#include <algorithm>

namespace sbx {

namespace {

constexpr std::size_t most_of_device = 16, most_candidates = 2;
constexpr unsigned type_mask = 0170000, socket_type = 0140000, block_type = 0060000,
                   character_type = 0020000; // inode(7)

std::uint64_t device_of(const Mount& mount) { return std::uint64_t{mount.major} << 32 | mount.minor; }

bool is_read_only(const Mount& mount) {
  return mount.has_option("ro") ||
         std::find(mount.super_options.begin(), mount.super_options.end(), "ro") != mount.super_options.end();
}

// Where `mount` would be seen by way of `host`, which has its root or a directory above it.
std::string by_way_of(const Mount& host, const Mount& mount) {
  std::string path = host.point == "/" ? "" : host.point;
  path += mount.root.substr(host.root == "/" ? 0 : host.root.size());
  if (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path.empty() ? "/" : path;
}

std::optional<MountClass> class_of(const ViewedMount& view, const MountType& type, bool in_host) {
  switch (type.kind) {
  case MountKind::kernel:
    return MountClass::pseudo;
  case MountKind::stores:
    break;
  case MountKind::server:
    if (view.on_host != true)
      return MountClass::server;
    break;
  }
  if (in_host || view.on_host == true)
    return MountClass::host;
  return view.on_host == false ? std::optional(MountClass::own) : std::nullopt;
}

} // namespace

std::string_view mount_class_name(MountClass its_class) {
  switch (its_class) {
  case MountClass::own:
    return "own";
  case MountClass::host:
    return "host";
  case MountClass::pseudo:
    return "pseudo";
  case MountClass::server:
    return "server";
  case MountClass::socket:
    return "socket";
  case MountClass::device:
    return "device";
  }
  return "own";
}

HostMounts::HostMounts(const std::vector<Mount>& mounts, bool whole) : whole_(whole) {
  for (const Mount& mount : mounts) {
    by_device_[device_of(mount)].push_back(mount);
    if (const auto group = propagation_of(mount).shared)
      groups_.insert(*group);
  }
  for (auto& [device, same] : by_device_) {
    std::stable_sort(same.begin(), same.end(),
                     [](const Mount& a, const Mount& b) { return a.root.size() < b.root.size(); });
    same.resize(std::min(same.size(), most_of_device));
  }
}

const std::vector<Mount>* HostMounts::of(const Mount& mount) const {
  const auto it = by_device_.find(device_of(mount));
  return it == by_device_.end() ? nullptr : &it->second;
}

std::vector<ViewedMount> view_mounts(const MountTree& tree, const HostMounts* host, bool in_host) {
  std::vector<ViewedMount> views;
  views.reserve(tree.mounts().size());
  for (std::size_t i = 0; i < tree.mounts().size(); ++i) {
    const Mount& mount = tree.mounts()[i];
    ViewedMount& view = views.emplace_back();
    view.mount = &mount;
    view.reached = tree.reached(i);
    view.writable = !is_read_only(mount);
    const std::vector<Mount>* same = host ? host->of(mount) : nullptr;
    if (in_host || same)
      view.on_host = true;
    else if (host && host->whole())
      view.on_host = false;
    view.its_class = class_of(view, mount_type(mount.type), in_host);
    if (view.its_class != MountClass::host || !same)
      continue;
    for (const Mount& it : *same)
      if (is_below(mount.root, it.root) && view.candidates.size() < most_candidates)
        view.candidates.push_back(by_way_of(it, mount));
  }
  return views;
}

void hold_against(ViewedMount& view, const std::unordered_map<std::string, Spot>& target,
                  const std::unordered_map<std::string, Spot>& host) {
  const auto here = target.find(view.mount->point);
  if (here == target.end() || here->second.mount != view.mount->id)
    return;
  const Spot& spot = here->second;
  for (const std::string& candidate : view.candidates)
    if (const auto there = host.find(candidate);
        !view.host_path && there != host.end() && there->second.inode == spot.inode &&
        there->second.major == spot.major && there->second.minor == spot.minor)
      view.host_path = candidate;
  const unsigned type = spot.mode & type_mask;
  if (type == socket_type)
    view.its_class = MountClass::socket;
  else if (type == block_type || type == character_type)
    view.its_class = MountClass::device;
}

bool continues(const ViewedMount& view, const ViewedMount& above) {
  if (!view.host_path || !above.host_path || !is_below(view.mount->point, above.mount->point) ||
      view.mount->point == above.mount->point)
    return false;
  const auto rest = [](const std::string& path, const std::string& head) {
    return std::string_view(path).substr(head == "/" ? 0 : head.size());
  };
  return is_below(*view.host_path, *above.host_path) &&
         rest(view.mount->point, above.mount->point) == rest(*view.host_path, *above.host_path);
}

} // namespace sbx
