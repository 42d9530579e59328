#include "doctor/remedies.h"

namespace sbx {

namespace {

std::string filter_remedy(std::string_view ability) {
  if (ability == "landlock")
    return "use a seccomp profile that allows the landlock calls: that of Docker 23, Podman 4.4, containerd "
           "1.7 or later";
  if (ability.starts_with("seccomp"))
    return "the sandbox around this process lets nobody add a filter: put the filter on outside of it";
  if (ability == "bpf" || ability == "ptrace")
    return "start it with a seccomp profile that allows that call, or do this outside of the sandbox";
  return "use a seccomp profile that allows unshare, clone and mount (--security-opt seccomp=FILE, "
         "seccompProfile:, RestrictNamespaces=)";
}

std::string capability_remedy(std::string_view ability) {
  if (ability == "userns")
    return "start it as an ordinary user, not root, or add CAP_SETFCAP (--cap-add SETFCAP)";
  if (ability == "bpf")
    return "give it CAP_BPF and CAP_PERFMON, in the initial user namespace";
  return "give it CAP_SYS_ADMIN, or let it make user namespaces";
}

std::string permission_remedy(std::string_view ability) {
  if (ability == "kvm")
    return "add the user to the group of /dev/kvm (usermod -aG kvm USER), or give the group rights to it";
  if (ability == "cgroup")
    return "delegate a control group: systemd-run --user --scope -p Delegate=yes, or chown one to the user";
  if (ability == "docker")
    return "add the user to the group of the socket; whoever may use it is root on this machine";
  return "give the user rights to the file";
}

} // namespace

std::string remedy_for(Cause cause, std::string_view ability) {
  switch (cause) {
  case Cause::not_built:
    return ability == "landlock" ? "use a kernel with CONFIG_SECURITY_LANDLOCK=y"
                                 : "use a kernel that has it";
  case Cause::not_enabled:
    return "put landlock into the list of security modules: lsm=landlock,... on the kernel's command line, "
           "or CONFIG_LSM";
  case Cause::seccomp_filter:
    return filter_remedy(ability);
  case Cause::userns_switch:
    return "sysctl kernel.unprivileged_userns_clone=1 (as root, on the host)";
  case Cause::namespace_limit:
    return "raise the limit: sysctl user.max_user_namespaces, and that of the kind, here and on the host";
  case Cause::chroot:
    return "start it outside of the chroot, or where its root was changed by pivot_root(2) in a mount "
           "namespace";
  case Cause::no_id_map:
    return "write a map for its user namespace (newuidmap and newgidmap), or start it as a user who is "
           "mapped";
  case Cause::apparmor_userns:
    return "load an AppArmor profile with 'userns,' for the program that makes them, or sysctl "
           "kernel.apparmor_restrict_unprivileged_userns=0 (as root, on the host)";
  case Cause::lsm_policy:
    return "change the profile: for a container --security-opt apparmor=PROFILE, or label= for SELinux";
  case Cause::landlock_domain:
    return "start it outside of that Landlock domain: no right in it allows mounts";
  case Cause::landlock_full:
    return "start it under fewer Landlock layers: the kernel takes sixteen";
  case Cause::capability:
    return capability_remedy(ability);
  case Cause::masked_proc:
    return "unmask /proc (Podman --security-opt unmask=ALL, Docker systempaths=unconfined, Kubernetes "
           "procMount: Unmasked), or bind the one that is there";
  case Cause::read_only_mount:
    return "mount it writable";
  case Cause::file_permissions:
    return permission_remedy(ability);
  case Cause::device_rules:
    return "give it the device: --device in a container, DeviceAllow= in a systemd unit";
  case Cause::no_device:
    return ability == "kvm"
               ? "give it the device (--device /dev/kvm); where there is none, load kvm_intel or kvm_amd"
               : "give it the device (--device)";
  case Cause::initramfs_root:
    return "move to a real root with switch_root(8) first";
  case Cause::listener_taken:
    return "start it outside of the supervisor that watches this process";
  case Cause::bpf_switch:
    return "give it CAP_BPF, in the initial user namespace";
  case Cause::yama:
    return "sysctl kernel.yama.ptrace_scope=1 (as root, on the host), or give it CAP_SYS_PTRACE";
  case Cause::no_new_privs:
    return "start it without no_new_privs: setuid programs gain nothing under it";
  case Cause::no_subordinate_ids:
    return "add lines for the user to /etc/subuid and /etc/subgid (usermod --add-subuids --add-subgids), and "
           "install uidmap";
  case Cause::not_mounted:
    return "mount it where this process sees it (mount -t cgroup2 cgroup2 /sys/fs/cgroup)";
  case Cause::not_running:
    return "start the service, or give this process its socket";
  case Cause::nothing:
    return {};
  }
  return {};
}

} // namespace sbx
