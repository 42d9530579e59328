#include "kernel/live_host.h"

#include "kernel/file.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <initializer_list>
#include <linux/magic.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utility>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace sbx {

namespace {

// A file's text without the newline or NUL bytes at its end.
Reading one_line(const std::string& path) {
  Reading text = read_host_file(path, 4096);
  while (text && !text->empty() && (text->back() == '\n' || text->back() == '\0'))
    text->pop_back();
  return text;
}

// Which of these paths there are; links are not followed.
Reading present(std::initializer_list<const char*> paths) {
  std::string text;
  for (const char* path : paths) {
    struct stat status {};
    text += property_line(path, lstat(path, &status) == 0 ? Reading("present") : refused(errno));
  }
  return text;
}

} // namespace

Reading read_osrelease() {
  utsname names{};
  return uname(&names) == 0 ? Reading(std::string(names.release)) : refused(errno);
}

Reading read_machine() {
  utsname names{};
  return uname(&names) == 0 ? Reading(std::string(names.machine)) : refused(errno);
}

Reading read_lsm_modules() {
  constexpr long lsm_list_modules_nr = 461; // every architecture
  std::vector<std::uint64_t> ids(64);
  std::uint32_t size = static_cast<std::uint32_t>(ids.size() * sizeof ids[0]);
  const long count = syscall(lsm_list_modules_nr, ids.data(), &size, 0);
  if (count < 0)
    return refused(errno);
  std::string text;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count) && i < ids.size(); ++i)
    text += (i == 0 ? "" : ",") + std::to_string(ids[i]);
  return text;
}

Reading read_cpuid() {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0)
    return refused(EOPNOTSUPP);
  if ((c >> 31 & 1) == 0)
    return property_line("hypervisor", "0");
  __cpuid(0x40000000, a, b, c, d);
  std::string vendor;
  for (const unsigned part : {b, c, d}) {
    char bytes[sizeof part];
    std::memcpy(bytes, &part, sizeof part);
    vendor.append(bytes, sizeof part);
  }
  return property_line("hypervisor", "1") + property_line("vendor", vendor.substr(0, vendor.find('\0')));
#else
  return refused(EOPNOTSUPP, "this architecture has no cpuid");
#endif
}

Reading read_dmi() {
  std::string text;
  for (const char* name : {"sys_vendor", "product_name", "board_vendor", "bios_vendor"})
    text += property_line(name, one_line(std::string("/sys/class/dmi/id/") + name));
  return text;
}

Reading read_acpi() {
  // The OEM id is at bytes 10 to 15 of every table's header (ACPI 6.5, 5.2.6).
  std::string text;
  for (const char* name : {"FACP", "DSDT", "APIC"}) {
    Reading table = read_host_file(std::string("/sys/firmware/acpi/tables/") + name, 1 << 20);
    if (table)
      table = table->size() >= 16 ? Reading(table->substr(10, 6)) : refused(EBADMSG);
    text += property_line(name, table);
  }
  return text;
}

Reading read_hypervisor() {
  return property_line("xen", one_line("/sys/hypervisor/type")) +
         property_line("device_tree", one_line("/proc/device-tree/hypervisor/compatible")) +
         property_line("device_tree_model", one_line("/proc/device-tree/model"));
}

Reading read_markers() {
  return present({"/.dockerenv",
                  "/run/.containerenv",
                  "/run/systemd/container",
                  "/run/host/container-manager",
                  "/.flatpak-info",
                  "/run/WSL",
                  "/mnt/wsl",
                  "/proc/sys/fs/binfmt_misc/WSLInterop",
                  "/dev/lxd/sock",
                  "/dev/.cros_milestone",
                  "/.krun_config.json",
                  "/init.krun",
                  "/proc/sys/fs/binfmt_misc/WSLInterop-late",
                  "/mnt/wsl/rancher-desktop",
                  "/mnt/lima-cidata",
                  "/opt/orbstack-guest",
                  "/etc/containers/podman-machine",
                  "/etc/podman-machine",
                  "/opt/google/cros-containers",
                  "/sbin/vminitd"});
}

Reading read_devices() {
  return present({"/sys/bus/virtio/devices/virtio0", "/sys/bus/vmbus", "/sys/firmware/qemu_fw_cfg",
                  "/proc/xen", "/dev/vmci", "/dev/vboxguest", "/dev/dxg"});
}

std::string os_release_lines(std::string_view text) {
  constexpr std::pair<std::string_view, const char*> wanted[] = {
      {"ID=", "id"}, {"VERSION_ID=", "version_id"}, {"VARIANT_ID=", "variant_id"}, {"NAME=", "name"}};
  std::string lines;
  for (const auto& [key, name] : wanted)
    for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size() - 1) + 1) {
      std::string_view line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
      if (!line.starts_with(key))
        continue;
      line.remove_prefix(key.size());
      const bool quoted =
          line.size() > 1 && line.front() == line.back() && (line[0] == '"' || line[0] == '\'');
      lines +=
          property_line(name, std::string(quoted ? line.substr(1, line.size() - 2) : line).substr(0, 256));
      break;
    }
  return lines;
}

// A link in /etc usually; it is not followed, for the second path is where it leads.
Reading read_os_release() {
  constexpr std::size_t most = 16 << 10;
  Reading text = read_host_file("/etc/os-release", most);
  if (!text)
    text = read_host_file("/usr/lib/os-release", most);
  return text.map(os_release_lines);
}

std::string nodename_lines(std::string_view nodename) {
  for (const char* name : {"docker-desktop", "lima-rancher-desktop", "rancher-desktop", "colima", "penguin"})
    if (nodename == name)
      return property_line("name", std::string(name));
  if (nodename.starts_with("colima-")) // and the name of a profile
    return property_line("name", std::string("colima"));
  return nodename.starts_with("lima-") ? property_line("name", std::string("lima-")) : std::string();
}

Reading read_nodename() {
  utsname names{};
  return uname(&names) == 0 ? Reading(nodename_lines(names.nodename)) : refused(errno);
}

Reading read_own_environ_names() {
  std::string text;
  for (const char* name : {"GITHUB_ACTIONS", "RUNNER_OS", "ImageOS", "AWS_LAMBDA_FUNCTION_NAME",
                           "AWS_EXECUTION_ENV", "ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4",
                           "WSL_DISTRO_NAME", "WSL_INTEROP", "KUBERNETES_SERVICE_HOST"})
    if (std::getenv(name))
      text += property_line("name", std::string(name));
  return text;
}

Reading read_ipe_policies() {
  const Fd dir(open("/sys/kernel/security/ipe/policies", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  struct statfs fs {};
  if (!dir || fstatfs(dir.get(), &fs) != 0)
    return refused(errno, "/sys/kernel/security/ipe/policies");
  if (fs.f_type != SECURITYFS_MAGIC)
    return refused(EXDEV, "/sys/kernel/security/ipe/policies is not of the file system that belongs there");
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(dup(dir.get())), closedir);
  if (!stream)
    return refused(errno);
  std::string text;
  errno = 0;
  while (const dirent* entry = readdir(stream.get()))
    if (entry->d_name[0] != '.')
      text += property_line("policy", std::string(entry->d_name));
  return errno == 0 ? Reading(text) : refused(errno);
}

} // namespace sbx
