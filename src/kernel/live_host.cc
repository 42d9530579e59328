#include "kernel/live_host.h"

#include "kernel/file.h"
#include "kernel/property_text.h"

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>
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
  std::string text;
  for (const char* path :
       {"/.dockerenv", "/run/.containerenv", "/run/systemd/container", "/run/host/container-manager",
        "/.flatpak-info", "/run/WSL", "/mnt/wsl", "/proc/sys/fs/binfmt_misc/WSLInterop", "/dev/lxd/sock",
        "/dev/.cros_milestone", "/.krun_config.json", "/init.krun"}) {
    struct stat status {};
    text += property_line(path, lstat(path, &status) == 0 ? Reading("present") : refused(errno));
  }
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
