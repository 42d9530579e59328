#include "kernel/live_cgroup_limits.h"

#include "core/escape.h"
#include "kernel/cgroup_mounts.h"
#include "kernel/child.h"
#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace sbx {

namespace {

constexpr int deadline_ms = 2000;
constexpr std::size_t most_levels = 256, most_bytes = 8 << 20, most_value = 4096;

struct LimitFile {
  const char* controller; // nullptr: of version 2, where a file is there or not
  const char* name;
};

// use_hierarchy: before 5.11 a group of version 1 may be outside of what limits the ones above it.
constexpr LimitFile limit_files[] = {{nullptr, "memory.max"},
                                     {nullptr, "memory.high"},
                                     {nullptr, "memory.swap.max"},
                                     {nullptr, "pids.max"},
                                     {nullptr, "cpu.max"},
                                     {"memory", "memory.limit_in_bytes"},
                                     {"memory", "memory.use_hierarchy"},
                                     {"pids", "pids.max"},
                                     {"cpu", "cpu.cfs_quota_us"},
                                     {"cpu", "cpu.cfs_period_us"}};

// The mounted group; EXDEV: something else is mounted over it.
tl::expected<Fd, int> open_mount(const CgroupMount& mount) {
  Fd fd(open(mount.point.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct statfs fs {};
  struct stat status {};
  if (!fd || fstatfs(fd.get(), &fs) != 0 || fstat(fd.get(), &status) != 0)
    return tl::unexpected<int>(errno);
  const auto magic = mount.version == 1 ? CGROUP_SUPER_MAGIC : CGROUP2_SUPER_MAGIC;
  if (fs.f_type != static_cast<decltype(fs.f_type)>(magic) || status.st_dev != mount.device)
    return tl::unexpected<int>(EXDEV);
  return fd;
}

// Only the root of a hierarchy has cgroup.sane_behavior (version 1), and only it lacks cgroup.type (version
// 2).
bool is_top(int group, unsigned version) {
  const auto marker = open_beneath(group, version == 1 ? "cgroup.sane_behavior" : "cgroup.type", O_PATH);
  return version == 1 ? marker.has_value() : !marker && marker.error() == ENOENT;
}

std::string group_line(int group, const CgroupPlace& place, const std::string& path) {
  std::string line = "group " + escaped_word(path);
  for (const LimitFile& file : limit_files) {
    if (file.controller ? place.version == 2 || !lists_controller(place.controllers, file.controller)
                        : place.version == 1)
      continue;
    Reading value = read_beneath(group, file.name, most_value);
    if (value && value->ends_with('\n'))
      value->pop_back();
    line +=
        fmt::format(" {}={}", file.name, value ? escaped_word(*value) : refusal_word(value.error().error));
  }
  return line + "\n";
}

// The groups from that of the target up to the one that is mounted.
std::string groups(const CgroupMount& mount, const CgroupPlace& place, bool& top) {
  const auto root = open_mount(mount);
  if (!root)
    return refusal_word(root.error());
  std::string lines;
  std::string beneath = path_beneath(mount, place), path = place.path;
  for (std::size_t level = 0; level < most_levels; ++level) {
    const auto group = open_beneath(root->get(), beneath.empty() ? "." : beneath, O_PATH | O_DIRECTORY);
    lines += group ? group_line(group->get(), place, path)
                   : fmt::format("group {} {}\n", escaped_word(path), refusal_word(group.error()));
    if (beneath.empty()) {
      top = group && mount.root == "/" && is_top(group->get(), place.version);
      return lines;
    }
    const std::size_t slash = beneath.rfind('/');
    beneath.erase(slash == beneath.npos ? 0 : slash);
    path.erase(std::max<std::size_t>(path.rfind('/'), 1));
  }
  return refusal_word(EFBIG);
}

std::string hierarchy(const std::vector<CgroupMount>& mounts, const CgroupPlace& place) {
  const std::string head = fmt::format("hierarchy {} version={} path={} ", escaped_word(place.controllers),
                                       place.version, escaped_word(place.path));
  const CgroupMount* mount = mount_of(mounts, place);
  if (!mount) {
    const bool mounted = std::any_of(mounts.begin(), mounts.end(),
                                     [&](const CgroupMount& it) { return it.version == place.version; });
    return head + refusal_word(mounted ? EXDEV : ENOENT) + "\n";
  }
  bool top = false;
  const std::string lines = groups(*mount, place, top);
  return lines.starts_with('!') ? head + lines + "\n" : head + fmt::format("top={}\n", top ? 1 : 0) + lines;
}

void write_all(int out, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = write(out, text.data(), text.size());
    if (wrote < 0 && errno != EINTR)
      return;
    text.remove_prefix(static_cast<std::size_t>(wrote < 0 ? 0 : wrote));
  }
}

} // namespace

// In a child: what is mounted where control groups belong may be of another file system.
Reading read_cgroup_limits(const ProcTarget& target) {
  const Reading cgroup = target.read("cgroup", small_file);
  if (!cgroup)
    return cgroup;
  const Reading mountinfo =
      read_beneath(target.proc(), std::to_string(getpid()) + "/mountinfo", most_mountinfo);
  if (!mountinfo)
    return refused(mountinfo.error().error, "reading where control groups are mounted");
  ChildAnswer answer = hear_child(
      [&](int out) {
        const auto mounts = cgroup_mounts(*mountinfo);
        for (const CgroupPlace& place : cgroup_places(*cgroup))
          write_all(out, hierarchy(mounts, place));
        write_all(out, "end\n");
      },
      {.deadline_ms = deadline_ms, .most_bytes = most_bytes});
  if (answer.cut)
    return refused(answer.cut->error, "reading its control groups");
  if (!answer.bytes.ends_with("end\n"))
    return refused(ECHILD, "the child that reads control groups died");
  return std::move(answer.bytes);
}

} // namespace sbx
