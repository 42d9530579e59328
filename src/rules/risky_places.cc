#include "rules/risky_places.h"

#include <array>

namespace sbx {

namespace {

constexpr std::array places{
    RiskyPlace{"/", "change every file that mounts and ordinary permissions do not protect"},
    RiskyPlace{"/proc", "change kernel settings and other processes as far as ordinary permissions go"},
    RiskyPlace{"/proc/sys", "change kernel settings as far as ordinary permissions go"},
    RiskyPlace{"/sys", "change devices, modules and cgroups as far as ordinary permissions go"},
    RiskyPlace{"/sys/fs/cgroup", "change its own limits, or run a release agent on the host"},
    RiskyPlace{"/dev", "write to raw devices as far as ordinary permissions go"},
    RiskyPlace{"/etc", "change what other programs start and trust"},
    RiskyPlace{"/usr", "replace programs that others run"},
    RiskyPlace{"/boot", "replace the kernel of the next start"},
    RiskyPlace{"/root", "plant code in shell start-up files, or an ssh key"},
    RiskyPlace{"/home", "plant code in shell start-up files, or an ssh key"},
    RiskyPlace{"/home/*", "plant code in shell start-up files, or an ssh key"},
    RiskyPlace{"/run", "speak to the daemons whose sockets are there"},
    RiskyPlace{"/var/run", "speak to the daemons whose sockets are there"},
    RiskyPlace{"/run/docker.sock", "have Docker start a container with all of the host in it"},
    RiskyPlace{"/var/run/docker.sock", "have Docker start a container with all of the host in it"},
    RiskyPlace{"/run/docker", "have Docker start a container with all of the host in it"},
    RiskyPlace{"/run/podman", "have Podman start a container with all of the host in it"},
    RiskyPlace{"/run/containerd", "have containerd start a container with all of the host in it"},
    RiskyPlace{"/run/crio", "have CRI-O start a container with all of the host in it"},
    RiskyPlace{"/run/dbus", "speak to system services over D-Bus"},
    RiskyPlace{"/run/systemd", "speak to systemd, which starts units outside the sandbox"},
    RiskyPlace{"/run/user", "speak to the user's session: D-Bus, systemd, Podman, ssh-agent, gpg-agent"},
    RiskyPlace{"/run/user/*", "speak to the user's session: D-Bus, systemd, Podman, ssh-agent, gpg-agent"},
    RiskyPlace{"/tmp/ssh-*", "sign with the keys of an ssh-agent"},
    RiskyPlace{"/tmp/.X11-unix", "read and type into every window of the X server"},
    RiskyPlace{"/var/lib/docker", "change the images and containers of Docker"},
    RiskyPlace{"/var/lib/containers", "change the images and containers of Podman"},
    RiskyPlace{"/var/spool/cron", "have cron run a program outside the sandbox"},
};

// Whether `path` is the row's own; the star takes one name, or the rest of one.
bool is(std::string_view row, std::string_view path) {
  if (!row.ends_with('*'))
    return row == path;
  row.remove_suffix(1);
  return path.size() > row.size() && path.starts_with(row) && path.find('/', row.size()) == path.npos;
}

bool lies_below(std::string_view row, std::string_view directory) {
  return !row.ends_with('*') && row.size() > directory.size() && row.starts_with(directory) &&
         row[directory.size()] == '/';
}

} // namespace

std::vector<RiskyPlace> risky_places(std::string_view directory) {
  std::vector<RiskyPlace> found;
  for (const RiskyPlace& place : places)
    if (is(place.path, directory))
      return {place};
  for (const RiskyPlace& place : places)
    if (lies_below(place.path, directory))
      found.push_back(place);
  return found;
}

} // namespace sbx
