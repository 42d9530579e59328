// Which container, pod, machine or unit does the path of a control group belong to? By the names that
// runtimes give, component by component; and who could have made such a group, for names alone prove nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx {

// Who can make a group at this place. Only `host` is beyond the reach of a process without the host's root.
enum class CgroupMaker {
  host,      // directly below the root of the hierarchy, or below slices that only the system's manager makes
  service,   // below a system service: it may have been given its own subtree
  user,      // below user.slice: users make groups with any name below their own manager
  container, // below the group of another container, whose root may have made it
  unknown    // below something else, or above the root of our own cgroup namespace
};

struct ContainerPlace {
  // docker, podman, containerd, crio, kubernetes (a pod, or a container of one whose runtime the path does
  // not name), lxc, machined, snap, flatpak, firecracker or systemd (a service of it)
  std::string runtime;
  // Raw bytes: 64 hex digits for docker, podman, containerd, crio; the name of an lxc container or machine;
  // "name.app" of a snap; the application of a flatpak; the name of a service. Empty for a pod's own group.
  std::string id;
  std::string pod_uid; // with hyphens, where the group is in a pod's
  std::string unit;    // the component of the path, where it is a unit of systemd: "docker-….scope"
  std::string path;    // up to and with this place: what is at or below it, on the same hierarchy, is in it
  CgroupMaker maker = CgroupMaker::unknown;

  bool operator==(const ContainerPlace&) const = default;
};

// The places that one line of proc_pid_cgroup(5), "0::/system.slice/…", leads through, outermost first. Empty
// where it names none, or is no such line.
std::vector<ContainerPlace> container_places(std::string_view line);

struct CgroupSight {
  // Of all lines, outermost first: each place once, with the least forgeable maker that any line shows.
  std::vector<ContainerPlace> places;
  // Two hierarchies that put the process into different containers: both, in words for a sentence, escaped.
  std::vector<std::string> conflicts;

  // The innermost place that is no service; null where there is none.
  const ContainerPlace* container() const;
};

CgroupSight cgroup_sight(const std::vector<std::string>& lines);

// 64 hexadecimal digits, as engines number their containers.
bool is_container_id(std::string_view text);

// "docker 0123456789ab", "podman container web", escaped, of at most about 80 bytes.
std::string place_words(const ContainerPlace& place);

} // namespace sbx
