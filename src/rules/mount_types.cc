#include "rules/mount_types.h"

#include <algorithm>
#include <iterator>

namespace sbx {

namespace {

constexpr MountType types[] = {
    {"overlay", MountKind::stores, "layers of an image, with one on top that takes what is written"},
    {"tmpfs", MountKind::stores, "files in memory"},
    {"ramfs", MountKind::stores, "files in memory, without a bound"},
    {"rootfs", MountKind::stores, "what the kernel started from, in memory"},
    {"devtmpfs", MountKind::stores, "the host's device nodes"},
    {"squashfs", MountKind::stores, "a read-only image"},
    {"erofs", MountKind::stores, "a read-only image"},
    {"proc", MountKind::kernel, "processes of a PID namespace, and settings of the kernel"},
    {"sysfs", MountKind::kernel, "devices and modules of the kernel"},
    {"cgroup", MountKind::kernel, "control groups, version 1"},
    {"cgroup2", MountKind::kernel, "control groups"},
    {"cpuset", MountKind::kernel, "control groups, version 1: cpusets"},
    {"devpts", MountKind::kernel, "pseudo terminals"},
    {"mqueue", MountKind::kernel, "POSIX message queues of an IPC namespace"},
    {"debugfs", MountKind::kernel, "internals of the kernel, for debugging; no stable permissions"},
    {"tracefs", MountKind::kernel, "tracing of the whole kernel"},
    {"bpf", MountKind::kernel, "pinned BPF programs and maps"},
    {"securityfs", MountKind::kernel, "policies of security modules"},
    {"selinuxfs", MountKind::kernel, "SELinux's policy"},
    {"smackfs", MountKind::kernel, "Smack's policy"},
    {"configfs", MountKind::kernel, "kernel objects that are made by mkdir(2)"},
    {"fusectl", MountKind::kernel, "connections of FUSE servers"},
    {"pstore", MountKind::kernel, "what the kernel said before it crashed"},
    {"efivarfs", MountKind::kernel, "variables of the firmware"},
    {"hugetlbfs", MountKind::kernel, "huge pages"},
    {"binfmt_misc", MountKind::kernel,
     "which program runs a file of a format: for the whole machine, or its user namespace"},
    {"nsfs", MountKind::kernel, "a namespace that is kept"},
    {"pidfs", MountKind::kernel, "a process that is held"},
    {"rpc_pipefs", MountKind::kernel, "upcalls of NFS"},
    {"nfsd", MountKind::kernel, "the kernel's NFS server"},
    {"resctrl", MountKind::kernel, "caches and memory bandwidth of the processors"},
    {"autofs", MountKind::server, "what is mounted when somebody comes by"},
    {"fuse", MountKind::server, "a process answers for its files"},
    {"fuseblk", MountKind::server, "a process answers for its files"},
    {"virtiofs", MountKind::server, "the host of this virtual machine answers for its files"},
    {"9p", MountKind::server, "a server of files, often the host of this virtual machine"},
    {"vboxsf", MountKind::server, "the host of this virtual machine answers for its files"},
    {"vmhgfs", MountKind::server, "the host of this virtual machine answers for its files"},
    {"nfs", MountKind::server, "a server of files on the network"},
    {"nfs4", MountKind::server, "a server of files on the network"},
    {"cifs", MountKind::server, "a server of files on the network"},
    {"smb3", MountKind::server, "a server of files on the network"},
    {"ceph", MountKind::server, "a server of files on the network"},
    {"afs", MountKind::server, "a server of files on the network"},
    {"lustre", MountKind::server, "a server of files on the network"},
    {"glusterfs", MountKind::server, "a server of files on the network"},
    {"gpfs", MountKind::server, "a server of files on the network"},
};

} // namespace

MountType mount_type(std::string_view type) {
  const std::string_view family = type.substr(0, type.find('.')); // proc_filesystems(5): fuse.SUBTYPE
  const auto* row = std::find_if(std::begin(types), std::end(types), [&](const MountType& it) {
    return it.type == type || (family.starts_with("fuse") && it.type == family);
  });
  return row == std::end(types) ? MountType{type, MountKind::stores, {}} : *row;
}

} // namespace sbx
