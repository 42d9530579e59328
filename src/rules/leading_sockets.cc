#include "rules/leading_sockets.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

using enum Severity;
using namespace std::literals;

constexpr std::string_view engine = "have it start a container with all of the host in it";
constexpr std::string_view no_engine =
    "do not give the engine's socket to a sandbox; start containers for it outside";
constexpr std::string_view bus = "ask services of the system, some of which start programs, over D-Bus";
constexpr std::string_view session =
    "have the user's session bus start programs outside the sandbox (systemd, portals)";
constexpr std::string_view filtered_bus = "leave the bus out, or put xdg-dbus-proxy before it";
constexpr std::string_view keys =
    "sign with the keys that the agent holds, and log in where they are trusted";
constexpr std::string_view no_keys =
    "leave the agent out, or give the sandbox one of its own with the keys it needs";
constexpr std::string_view screen = "read and type into every window of the X server";
constexpr std::string_view no_screen = "give it a nested X server, or Wayland";
constexpr std::string_view vms = "define and start virtual machines with any disk of the host";
constexpr std::string_view leave_out = "leave the socket out of the sandbox";
constexpr std::string_view data = "use the database as far as its own users and passwords go";
constexpr std::string_view logs = "write into the log of the host";
constexpr std::string_view sound = "play and record sound, and with PipeWire perhaps the screen";

constexpr std::array rows{
    LeadingRow{"/run/docker.sock", "container engine", "DOCKER_HOST", high, engine, no_engine},
    LeadingRow{"/var/run/docker.sock", "container engine", "DOCKER_HOST", high, engine, no_engine},
    LeadingRow{"/run/user/*/docker.sock", "container engine", "DOCKER_HOST", high, engine, no_engine},
    LeadingRow{"/run/podman/podman.sock", "container engine", "CONTAINER_HOST", high, engine, no_engine},
    LeadingRow{"/run/user/*/podman/podman.sock", "container engine", "CONTAINER_HOST", high, engine,
               no_engine},
    LeadingRow{"/run/containerd/containerd.sock", "container engine", "", high, engine, no_engine},
    LeadingRow{"/run/docker/containerd/containerd.sock", "container engine", "", high, engine, no_engine},
    LeadingRow{"/run/k3s/containerd/containerd.sock", "container engine", "", high, engine, no_engine},
    LeadingRow{"/run/crio/crio.sock", "container engine", "", high, engine, no_engine},
    LeadingRow{"/run/cri-dockerd.sock", "container engine", "", high, engine, no_engine},
    LeadingRow{"/run/buildkit/buildkitd.sock", "container engine", "BUILDKIT_HOST", high, engine, no_engine},
    LeadingRow{"/run/lxd.socket", "container engine", "", high, engine, no_engine},
    LeadingRow{"/var/lib/lxd/unix.socket", "container engine", "", high, engine, no_engine},
    LeadingRow{"/var/snap/lxd/common/lxd/unix.socket", "container engine", "", high, engine, no_engine},
    LeadingRow{"/run/incus/unix.socket", "container engine", "", high, engine, no_engine},
    LeadingRow{"/var/lib/incus/unix.socket", "container engine", "", high, engine, no_engine},
    LeadingRow{"/var/lib/kubelet/pod-resources/kubelet.sock", "kubelet", "", medium,
               "see which pods of the node have which devices", leave_out},
    LeadingRow{"/var/lib/kubelet/device-plugins/kubelet.sock", "kubelet", "", high,
               "pose as a device plugin, which decides what is mounted into pods", leave_out},
    LeadingRow{"/run/systemd/private", "service manager", "", high, "have systemd start units as root",
               leave_out},
    LeadingRow{"/run/user/*/systemd/private", "service manager", "", high,
               "have the user's systemd start programs outside the sandbox", leave_out},
    LeadingRow{"/run/systemd/notify", "service manager", "NOTIFY_SOCKET", info,
               "tell systemd of its own state; meant for services", leave_out},
    LeadingRow{"/run/user/*/systemd/notify", "service manager", "NOTIFY_SOCKET", info,
               "tell systemd of its own state; meant for services", leave_out},
    LeadingRow{"/run/snapd.socket", "package manager", "", high,
               "have snapd install and start packages, as far as polkit lets it", leave_out},
    LeadingRow{"/run/dbus/system_bus_socket", "system bus", "DBUS_SYSTEM_BUS_ADDRESS", medium, bus,
               filtered_bus},
    LeadingRow{"/run/user/*/bus", "session bus", "DBUS_SESSION_BUS_ADDRESS", high, session, filtered_bus},
    LeadingRow{"/tmp/dbus-*", "session bus", "DBUS_SESSION_BUS_ADDRESS", high, session, filtered_bus},
    LeadingRow{"@/tmp/dbus-*", "session bus", "DBUS_SESSION_BUS_ADDRESS", high, session, filtered_bus},
    LeadingRow{"@/home/*/.cache/ibus/dbus-*", "input method", "IBUS_ADDRESS", medium,
               "read and make key strokes that go through the input method", leave_out},
    LeadingRow{"/tmp/ssh-*/agent.*", "ssh agent", "SSH_AUTH_SOCK", high, keys, no_keys},
    LeadingRow{"/run/user/*/ssh-agent.socket", "ssh agent", "SSH_AUTH_SOCK", high, keys, no_keys},
    LeadingRow{"/run/user/*/openssh_agent", "ssh agent", "SSH_AUTH_SOCK", high, keys, no_keys},
    LeadingRow{"/run/user/*/keyring/ssh", "ssh agent", "SSH_AUTH_SOCK", high, keys, no_keys},
    LeadingRow{"/run/user/*/gcr/ssh", "ssh agent", "SSH_AUTH_SOCK", high, keys, no_keys},
    LeadingRow{"/run/user/*/gnupg/S.gpg-agent.ssh", "ssh agent", "SSH_AUTH_SOCK", high, keys, no_keys},
    LeadingRow{"/run/user/*/gnupg/S.gpg-agent", "gpg agent", "", high,
               "sign and decrypt with the keys of gpg-agent", no_keys},
    LeadingRow{"/run/user/*/gnupg/S.gpg-agent.*", "gpg agent", "", high,
               "sign and decrypt with the keys of gpg-agent", no_keys},
    LeadingRow{"/run/user/*/keyring/control", "keyring", "", medium,
               "talk to the daemon that keeps passwords", leave_out},
    LeadingRow{"/tmp/.X11-unix/X*", "X server", "DISPLAY", high, screen, no_screen},
    LeadingRow{"@/tmp/.X11-unix/X*", "X server", "DISPLAY", high, screen, no_screen},
    LeadingRow{"@/tmp/.ICE-unix/*", "session manager", "SESSION_MANAGER", medium,
               "have the X session manager start programs at the next login", no_screen},
    LeadingRow{"/run/user/*/wayland-*", "Wayland compositor", "WAYLAND_DISPLAY", low,
               "show windows, read the clipboard, and what else the compositor offers",
               "use a security context of the compositor (wp_security_context)"},
    LeadingRow{"/run/user/*/pulse/native", "sound server", "PULSE_SERVER", medium, sound, leave_out},
    LeadingRow{"/run/user/*/pipewire-0", "sound server", "PIPEWIRE_REMOTE", medium, sound, leave_out},
    LeadingRow{"/run/libvirt/libvirt-sock", "virtual machines", "", high, vms, leave_out},
    LeadingRow{"/run/libvirt/virtqemud-sock", "virtual machines", "", high, vms, leave_out},
    LeadingRow{"/run/libvirt/libvirt-sock-ro", "virtual machines", "", low,
               "see which virtual machines there are", leave_out},
    LeadingRow{"/run/user/*/libvirt/libvirt-sock", "virtual machines", "", high, vms, leave_out},
    LeadingRow{"/run/nvidia-persistenced/socket", "device daemon", "", low,
               "switch persistence of the GPUs on or off", leave_out},
    LeadingRow{"/run/pcscd/pcscd.comm", "smart cards", "", medium, "use smart cards that are unlocked",
               leave_out},
    LeadingRow{"/dev/log", "system log", "", info, logs, leave_out},
    LeadingRow{"/run/systemd/journal/*", "system log", "", info, logs, leave_out},
    LeadingRow{"/run/cups/cups.sock", "printing", "CUPS_SERVER", low,
               "print, and change printers as far as cupsd lets it", leave_out},
    LeadingRow{"/run/mysqld/mysqld.sock", "database", "", info, data, leave_out},
    LeadingRow{"/run/postgresql/.s.PGSQL.5432", "database", "PGHOST", info, data, leave_out},
    LeadingRow{"/run/redis/redis-server.sock", "database", "", info, data, leave_out},
};

// The parts between the stars one after the other; a star is at least one byte and none is '/'.
bool fits(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == pattern.npos)
    return pattern == name;
  if (name.substr(0, star) != pattern.substr(0, star))
    return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t end = star + 1; end <= name.size() && name[end - 1] != '/'; ++end)
    if (fits(rest, name.substr(end)))
      return true;
  return false;
}

// What a row's stars are replaced by, in turn, to get paths that can be looked for; none: nobody can guess
// it.
std::vector<std::string> spelt(std::string_view row, const std::set<std::uint32_t>& uids) {
  constexpr std::string_view of_user = "/run/user/*/";
  constexpr unsigned displays = 16, compositors = 4;
  std::vector<std::string> paths;
  if (row.starts_with(of_user))
    for (const std::uint32_t uid : uids)
      paths.push_back("/run/user/" + std::to_string(uid) + std::string(row.substr(of_user.size() - 1)));
  else
    paths.emplace_back(row);
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    const unsigned most = path.ends_with("/X*") ? displays : path.ends_with("/wayland-*") ? compositors : 0;
    const bool of_gpg = path.ends_with("/S.gpg-agent.*"), of_journal = path.ends_with("/journal/*");
    if (path.find('*') == path.npos)
      all.push_back(path);
    for (unsigned i = 0; i < most; ++i)
      all.push_back(path.substr(0, path.size() - 1) + std::to_string(i));
    if (of_gpg)
      for (const char* which : {"extra", "browser"})
        all.push_back(path.substr(0, path.size() - 1) + which);
    if (of_journal)
      for (const char* which : {"socket", "stdout", "dev-log"})
        all.push_back(path.substr(0, path.size() - 1) + which);
  }
  return all;
}

} // namespace

const LeadingRow* leading_row(std::string_view name) {
  std::string path(name);
  if (path.starts_with("/var/run/") && path != "/var/run/docker.sock")
    path.erase(0, 4); // which is the same directory everywhere
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const LeadingRow& row) { return fits(row.name, path); });
  return found == rows.end() ? nullptr : &*found;
}

std::vector<std::string> leading_paths(const std::set<std::uint32_t>& uids) {
  std::vector<std::string> paths;
  for (const LeadingRow& row : rows)
    if (row.name[0] == '/')
      for (std::string& path : spelt(row.name, uids))
        if (std::find(paths.begin(), paths.end(), path) == paths.end())
          paths.push_back(std::move(path));
  return paths;
}

std::vector<std::string_view> unguessable_sockets() {
  std::vector<std::string_view> names;
  for (const LeadingRow& row : rows)
    if (row.name[0] == '/' && spelt(row.name, {0}).empty())
      names.push_back(row.name);
  return names;
}

bool names_sockets(std::string_view variable) {
  constexpr std::array names{"XDG_RUNTIME_DIR"sv, "WAYLAND_DISPLAY"sv, "DBUS_SYSTEM_BUS_ADDRESS"sv};
  return std::find(names.begin(), names.end(), variable) != names.end() ||
         (!variable.empty() && std::any_of(rows.begin(), rows.end(),
                                           [&](const LeadingRow& row) { return row.variable == variable; }));
}

std::vector<std::string> sockets_named_by(std::string_view variable, std::string_view value,
                                          std::string_view runtime_dir) {
  std::vector<std::string> paths;
  if (!names_sockets(variable) || variable == "XDG_RUNTIME_DIR")
    return paths;
  const auto add = [&](std::string_view path) {
    if (path.starts_with('/') && path.size() > 1 && path.size() < 108 && path.find('\0') == path.npos)
      paths.emplace_back(path);
  };
  if (variable == "WAYLAND_DISPLAY" && !value.starts_with('/') && runtime_dir.starts_with('/')) {
    add(std::string(runtime_dir) + "/" + std::string(value));
    return paths;
  }
  constexpr std::string_view url = "unix://", address = "unix:path=";
  if (value.starts_with(url)) {
    add(value.substr(url.size()));
    return paths;
  }
  for (std::size_t begin = 0; value.substr(begin).starts_with(address);) { // several are separated by ;
    const std::size_t end = std::min(value.find(';', begin), value.size());
    const std::string_view one = value.substr(begin + address.size(), end - begin - address.size());
    add(one.substr(0, one.find(',')));
    begin = std::min(end + 1, value.size());
  }
  if (paths.empty())
    add(value);
  return paths;
}

} // namespace sbx
