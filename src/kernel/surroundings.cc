#include "kernel/surroundings.h"

#include "core/escape.h"
#include "kernel/cgroup_mounts.h"
#include "kernel/fd.h"
#include "kernel/file.h"
#include "kernel/trial_steps.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/stat.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace sbx {

namespace {

using Steps = std::vector<TrialStep>;

constexpr const char* switches[] = {"kernel/unprivileged_userns_clone", // Debian's, Arch's
                                    "kernel/apparmor_restrict_unprivileged_userns",
                                    "kernel/unprivileged_bpf_disabled",
                                    "kernel/io_uring_disabled",
                                    "user/max_user_namespaces",
                                    "user/max_mnt_namespaces",
                                    "user/max_pid_namespaces",
                                    "user/max_net_namespaces",
                                    "user/max_ipc_namespaces",
                                    "user/max_uts_namespaces",
                                    "user/max_cgroup_namespaces",
                                    "user/max_time_namespaces"};

constexpr const char* programs[] = {"bwrap",
                                    "srt",
                                    "codex",
                                    "podman",
                                    "docker",
                                    "runsc",
                                    "firejail",
                                    "nsjail",
                                    "minijail0",
                                    "systemd-run",
                                    "systemd-nspawn",
                                    "firecracker",
                                    "boxlite",
                                    "msb",
                                    "krun",
                                    "chromium",
                                    "unshare",
                                    "setpriv",
                                    "openshell",
                                    "newuidmap",
                                    "newgidmap",
                                    "slirp4netns",
                                    "pasta",
                                    "fuse-overlayfs",
                                    "qemu-system-x86_64"};

Reading without_newline(Reading text) {
  while (text && text->ends_with('\n'))
    text->pop_back();
  return text;
}

Reading root_is_a_mount() {
  constexpr std::uint64_t mount_root = 0x2000; // STATX_ATTR_MOUNT_ROOT, 5.8
  struct statx status {};
  if (syscall(SYS_statx, AT_FDCWD, "/", 0, 0, &status) != 0)
    return refused(errno);
  if ((status.stx_attributes_mask & mount_root) == 0)
    return refused(EOPNOTSUPP);
  return Reading((status.stx_attributes & mount_root) != 0 ? "yes" : "no");
}

Reading node(const char* path) {
  struct stat status {};
  if (stat(path, &status) != 0)
    return refused(errno);
  return fmt::format("{}{:o} {} {}", S_ISCHR(status.st_mode) ? "" : "no-device ", status.st_mode & 07777,
                     status.st_uid, status.st_gid);
}

// Whether a driver has registered it, whatever stands in /dev.
Reading has_misc_device(std::string_view name) {
  const Reading list = read_host_file("/proc/misc");
  if (!list)
    return list;
  return Reading(list->find(" " + std::string(name) + "\n") != list->npos ? "yes" : "no");
}

// "setuid /usr/bin/newuidmap"
Reading program(const std::string& name) {
  const std::string path = program_path(name);
  struct stat status {};
  if (path.empty() || stat(path.c_str(), &status) != 0)
    return refused(ENOENT);
  const bool caps = getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
  return std::string((status.st_mode & S_ISUID) != 0 && status.st_uid == 0 ? "setuid "
                     : caps                                                ? "capable "
                                                                           : "plain ") +
         path;
}

// The name of a user of our own number, without asking any name service.
std::string user_name() {
  const Reading users = read_host_file("/etc/passwd", 1 << 20);
  const std::string own = fmt::format(":{}:", geteuid());
  for (std::string_view rest = users ? std::string_view(*users) : ""; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t name = line.find(':'), password = line.find(':', name + 1);
    if (password != line.npos && line.substr(password).starts_with(own))
      return std::string(line.substr(0, name));
  }
  return {};
}

// How many numbers newuidmap(1) would give us.
Reading subordinate(const char* file) {
  const Reading text = read_host_file(file, 1 << 20);
  if (!text)
    return text;
  const std::string name = user_name(), number = fmt::format("{}", geteuid());
  unsigned long count = 0;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string_view who = line.substr(0, line.find(':'));
    if ((who == name && !name.empty()) || who == number)
      count += std::strtoul(std::string(line.substr(line.rfind(':') + 1)).c_str(), nullptr, 10);
  }
  return std::to_string(count);
}

int may_write(const std::string& path) {
  return outcome_of(faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS));
}

// Whether groups may be made below our own: the directory, and who is moved.
Steps cgroup_steps() {
  const Reading mountinfo = read_host_file("/proc/self/mountinfo", most_mountinfo);
  const Reading cgroup = read_host_file("/proc/self/cgroup");
  if (!mountinfo || !cgroup)
    return {{"cgroup.place", {}, [] { return refused(ENOENT); }}};
  Steps steps;
  const auto mounts = cgroup_mounts(*mountinfo);
  for (const CgroupPlace& place : cgroup_places(*cgroup)) {
    const CgroupMount* mount = mount_of(mounts, place);
    const std::string id = "cgroup." + (place.version == 2 ? "unified" : escaped_word(place.controllers));
    const std::string beneath = mount ? path_beneath(*mount, place) : "";
    const std::string path = !mount ? "" : beneath.empty() ? mount->point : mount->point + "/" + beneath;
    steps.push_back({id,
                     [=] {
                       if (path.empty())
                         return ENOENT;
                       const int directory = may_write(path);
                       return directory != 0 ? directory : may_write(path + "/cgroup.procs");
                     },
                     {}});
    if (place.version == 2 && !path.empty())
      steps.push_back({"cgroup.controllers", {}, [=] {
                         return without_newline(read_host_file(path + "/cgroup.controllers"));
                       }});
  }
  return steps;
}

} // namespace

std::string program_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string places = std::string(path ? path : "") + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  for (std::string_view rest = places; !rest.empty();) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(directory.size() + 1, rest.size()));
    const std::string found = std::string(directory) + "/" + name;
    struct stat status {};
    if (directory.starts_with('/') && stat(found.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        access(found.c_str(), X_OK) == 0)
      return found;
  }
  return {};
}

std::string look_around(std::chrono::steady_clock::time_point end) {
  Steps steps;
  for (const char* name : switches)
    steps.push_back({std::string("sysctl.") + name, {}, [=] {
                       return without_newline(read_host_file(std::string("/proc/sys/") + name));
                     }});
  for (const char* kind : {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"})
    steps.push_back({std::string("ns.") + kind,
                     [=] { return outcome_of(access(("/proc/self/ns/" + std::string(kind)).c_str(), F_OK)); },
                     {}});
  const Steps facts{
      {"uid_map", {}, [] { return read_host_file("/proc/self/uid_map"); }},
      {"gid_map", {}, [] { return read_host_file("/proc/self/gid_map"); }},
      {"label", {}, [] { return read_host_file("/proc/self/attr/current"); }},
      {"root.is_mount", {}, root_is_a_mount},
      {"loginuid", [] { return outcome_of(access("/proc/self/loginuid", F_OK)); }, {}},
      {"kvm.node", {}, [] { return node("/dev/kvm"); }},
      {"tun.node", {}, [] { return node("/dev/net/tun"); }},
      {"kvm.driver", {}, [] { return has_misc_device("kvm"); }},
      {"subuid", {}, [] { return subordinate("/etc/subuid"); }},
      {"subgid", {}, [] { return subordinate("/etc/subgid"); }},
      {"systemd", [] { return outcome_of(access("/run/systemd/system", F_OK)); }, {}},
  };
  steps.insert(steps.end(), facts.begin(), facts.end());
  std::string text = try_steps(steps, end) + try_steps(cgroup_steps(), end);
  Steps found; // a directory of PATH may be on a file system that never answers
  for (const char* name : programs)
    found.push_back({std::string("program.") + name, {}, [=] { return program(name); }});
  return text + try_steps(found, end);
}

} // namespace sbx
