#include "probes/vm_descriptors.h"

#include "core/escape.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <set>

namespace sbx {

namespace {

constexpr std::uint32_t misc = 10, kvm_minor = 232; // Documentation/admin-guide/devices.txt

struct ByNumber {
  std::uint32_t minor;
  std::string_view kind;
};
constexpr std::array numbers{ByNumber{241, "vsock"}, ByNumber{238, "vhost_net"}, ByNumber{200, "tap"},
                             ByNumber{196, "vfio"}};

// Devices whose numbers the kernel gives out as they come: only by the name that somebody gave the node.
struct ByName {
  std::string_view prefix, kind;
};
constexpr std::array names{ByName{"/dev/vfio/", "vfio"}, ByName{"/dev/vhost", "vhost"},
                           ByName{"/dev/tap", "tap"}};

// The kernel's own names, include/linux/anon_inodes.h and its callers.
constexpr std::array anonymous{ByName{"[vfio-device]", "vfio"}, ByName{"[userfaultfd]", "userfaultfd"}};

std::string_view link_of(const Descriptor& it) {
  return it.link ? std::string_view(*it.link) : std::string_view();
}

std::string_view device_kind(const Descriptor& it) {
  if (it.status && it.status->rdev.major == misc)
    for (const ByNumber& row : numbers)
      if (row.minor == it.status->rdev.minor)
        return row.kind;
  for (const ByName& row : names)
    if (link_of(it).starts_with(row.prefix))
      return row.kind;
  return {};
}

std::string_view kind_of(const Descriptor& it) {
  switch (it.kind) {
  case FdKind::directory:
    return "directory";
  case FdKind::block_device:
    return "disk";
  case FdKind::char_device:
    return device_kind(it);
  case FdKind::anon:
    for (const ByName& row : anonymous)
      if (it.name == row.prefix)
        return row.kind;
    return {};
  case FdKind::file:
  case FdKind::socket:
  case FdKind::fifo:
  case FdKind::memfd:
  case FdKind::ns:
  case FdKind::other:
  case FdKind::unseen:
    break;
  }
  return {};
}

bool is_kvm_device(const Descriptor& it) {
  return it.kind == FdKind::char_device && it.status && it.status->rdev == FdDevice{misc, kvm_minor};
}

std::optional<std::string> name_of(const CrossingFd& fd) {
  if (fd.it->tap && !fd.it->tap->empty())
    return fd.it->tap;
  return fd.it->link ? std::optional(*fd.it->link) : std::nullopt;
}

} // namespace

// Only the kernel gives an anonymous inode its name (virt/kvm/kvm_main.c; old kernels do not number virtual
// CPUs). A file or memfd that is called so is no such inode, and parse/fds.h tells them apart. What O_PATH
// opened cannot be used.
VmDescriptors vm_descriptors(const Fds& fds) {
  VmDescriptors found;
  for (const FdTable& table : fds.tables) {
    std::size_t machines = 0, cpus = 0;
    std::set<std::string_view> cpu_names;
    for (const Descriptor& it : table.descriptors) {
      if (it.path_only() && it.kind != FdKind::directory)
        continue;
      found.kvm_device = found.kvm_device || is_kvm_device(it);
      if (it.kind == FdKind::anon && it.name == "kvm-vm")
        ++machines;
      if (it.kind == FdKind::anon && (it.name == "kvm-vcpu" || it.name.starts_with("kvm-vcpu:"))) {
        ++cpus;
        cpu_names.insert(it.name);
      }
      if (const std::string_view kind = kind_of(it); !kind.empty())
        found.crossing.push_back({kind, &it});
    }
    const bool named = machines == 1 && !cpu_names.contains("kvm-vcpu");
    found.machines += machines;
    found.cpus += named ? cpu_names.size() : cpus;
    found.together = found.together || (machines > 0 && cpus > 0);
  }
  return found;
}

std::string crossing_words(const CrossingFd& fd) {
  const auto name = name_of(fd);
  return fmt::format("{} (fd {})", name ? escaped(*name, 200) : "name not seen", fd.it->number);
}

Claims crossing_claim(const CrossingFd& fd) {
  const auto name = name_of(fd);
  return {{"fd", fd.it->number},
          {"kind", fd.kind},
          {"name", name ? Claims(escaped(*name, 4096)) : Claims()},
          {"writable", fd.it->flags ? Claims(fd.it->writable()) : Claims()}};
}

} // namespace sbx
