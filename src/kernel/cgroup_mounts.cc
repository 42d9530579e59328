#include "kernel/cgroup_mounts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sys/sysmacros.h>

namespace sbx {

namespace {

constexpr std::array<std::string_view, 3> limiting{"memory", "pids", "cpu"};

// Cuts off and gives what stands before the first `between`.
std::string_view cut(std::string_view& text, char between) {
  const std::string_view first = text.substr(0, text.find(between));
  text.remove_prefix(std::min(first.size() + 1, text.size()));
  return first;
}

// The kernel writes spaces and their like as \040 (seq_escape()).
std::string plain(std::string_view text) {
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\\' && text.size() - i > 3 && text[i + 1] <= '3' && octal(text[i + 1]) &&
        octal(text[i + 2]) && octal(text[i + 3])) {
      bytes += static_cast<char>((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 | (text[i + 3] - '0'));
      i += 3;
    } else {
      bytes += text[i];
    }
  return bytes;
}

template <class T> bool read_number(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  return problem == std::errc() && stop == end;
}

std::optional<CgroupMount> mount_of_line(std::string_view line) {
  const std::size_t dash = line.find(" - cgroup");
  if (dash == line.npos)
    return std::nullopt;
  std::string_view behind = line.substr(dash + 3);
  const std::string_view type = cut(behind, ' ');
  cut(behind, ' '); // the source
  cut(line, ' ');
  cut(line, ' ');
  std::string_view device = cut(line, ' ');
  unsigned major = 0, minor = 0;
  const std::string_view first = cut(device, ':');
  if ((type != "cgroup" && type != "cgroup2") || !read_number(first, major) || !read_number(device, minor))
    return std::nullopt;
  CgroupMount mount;
  mount.version = type == "cgroup" ? 1 : 2;
  mount.device = makedev(major, minor);
  mount.root = plain(cut(line, ' '));
  mount.point = plain(cut(line, ' '));
  mount.controllers = behind;
  return mount;
}

bool holds(const std::string& root, const std::string& path) {
  if (path.starts_with("/..")) // above the root of the inspector's cgroup namespace
    return false;
  return root == "/" || path == root || path.starts_with(root + "/");
}

} // namespace

bool lists_controller(std::string_view list, std::string_view name) {
  while (!list.empty())
    if (cut(list, ',') == name)
      return true;
  return false;
}

std::vector<CgroupMount> cgroup_mounts(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  while (!mountinfo.empty())
    if (auto mount = mount_of_line(cut(mountinfo, '\n')))
      mounts.push_back(std::move(*mount));
  return mounts;
}

std::vector<CgroupPlace> cgroup_places(std::string_view cgroup) {
  std::vector<CgroupPlace> places;
  while (!cgroup.empty()) {
    std::string_view line = cut(cgroup, '\n');
    const std::string_view id = cut(line, ':'), controllers = cut(line, ':');
    const bool unified = id == "0" && controllers.empty();
    const bool limits = std::any_of(limiting.begin(), limiting.end(), [&](std::string_view name) {
      return lists_controller(controllers, name);
    });
    if (line.starts_with('/') && (unified || limits))
      places.push_back(
          {unified ? 2U : 1U, unified ? "unified" : std::string(controllers), std::string(line)});
  }
  return places;
}

const CgroupMount* mount_of(const std::vector<CgroupMount>& mounts, const CgroupPlace& place) {
  const std::string_view first = std::string_view(place.controllers).substr(0, place.controllers.find(','));
  const CgroupMount* best = nullptr;
  for (const CgroupMount& mount : mounts)
    if (mount.version == place.version &&
        (mount.version == 2 || lists_controller(mount.controllers, first)) && holds(mount.root, place.path) &&
        (!best || mount.root.size() < best->root.size()))
      best = &mount;
  return best;
}

std::string path_beneath(const CgroupMount& mount, const CgroupPlace& place) {
  std::string path = mount.root == "/" ? place.path : place.path.substr(mount.root.size());
  path.erase(0, path.starts_with('/') ? 1 : 0);
  return path;
}

} // namespace sbx
