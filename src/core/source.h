// What can the kernel be asked? The stable, pid-free names of every source of evidence.
// docs/recording-format.md describes the text behind each.
#pragma once

#include <array>
#include <compare>
#include <string_view>

namespace sbx {

struct Source {
  std::string_view name; // always one of the literals below
  auto operator<=>(const Source&) const = default;
};

namespace source {

inline constexpr Source target_identity{"target/identity"};         // who is asked about, and by whom
inline constexpr Source target_stat{"target/stat"};                 // proc_pid_stat(5)
inline constexpr Source target_tasks_status{"target/tasks/status"}; // proc_pid_status(5) of every thread
inline constexpr Source target_tasks_ns{"target/tasks/ns"};         // namespaces(7) links of every thread
inline constexpr Source target_tasks_attr{"target/tasks/attr"};     // proc_pid_attr(5) labels of every thread
inline constexpr Source target_user_ns{"target/user_ns"};           // ioctl_ns(2): ancestors and owner
inline constexpr Source target_ns_owners{"target/ns_owners"}; // ioctl_ns(2): user namespaces of mnt and net
inline constexpr Source target_uid_map{"target/uid_map"};     // user_namespaces(7)
inline constexpr Source target_gid_map{"target/gid_map"};
inline constexpr Source target_cgroup{"target/cgroup"}; // cgroups(7)
inline constexpr Source target_kin{"target/kin"};       // it, and who is above and below it
inline constexpr Source target_landlock{
    "target/landlock"}; // the domains of every thread, read from kernel memory
inline constexpr Source target_mountinfo{"target/mountinfo"}; // proc_pid_mountinfo(5)
inline constexpr Source target_fds{"target/fds"};             // what its open descriptors are
inline constexpr Source target_paths{"target/paths"}; // what stands at the paths that were asked about
inline constexpr Source target_walks{"target/walks"}; // what the kernel meets when it looks them up
inline constexpr Source target_roots{"target/roots"}; // root and working directory of every thread
inline constexpr Source target_directories{"target/directories"}; // what directories of its own hold
inline constexpr Source target_seccomp{"target/seccomp"}; // the filters of every thread, from kernel memory
inline constexpr Source target_net_ruleset{
    "target/net/ruleset"};                                // packet filter rules of its network namespaces
inline constexpr Source target_environ{"target/environ"}; // variables by which it says that it is sandboxed
inline constexpr Source target_proxies{"target/proxies"}; // proxies that its environment names
inline constexpr Source target_resolv_conf{"target/resolv_conf"};     // its resolv.conf(5)
inline constexpr Source target_environ_names{"target/environ_names"}; // names of variables, no values
inline constexpr Source target_cgroup_limits{"target/cgroup_limits"}; // limits of its control groups
inline constexpr Source peer_identity{"peer/identity"};           // another process that a question is about
inline constexpr Source target_net_config{"target/net/config"};   // rtnetlink(7) in its network namespaces
inline constexpr Source target_net_lookups{"target/net/lookups"}; // where they would send a packet to
inline constexpr Source target_net_attempts{"target/net/attempts"}; // connections that the user had tried
inline constexpr Source target_net_peers{"target/net/peers"};       // who is on the other side of its links
inline constexpr Source target_net_dev{"target/net/dev"}; // /proc/PID/net: what shows without entering
inline constexpr Source target_net_route{"target/net/route"};
inline constexpr Source target_net_fib_trie{"target/net/fib_trie"};
inline constexpr Source target_net_ipv6_route{"target/net/ipv6_route"};
inline constexpr Source target_net_if_inet6{"target/net/if_inet6"};
inline constexpr Source target_net_sockets{"target/net/sockets"};           // the tables of its sockets
inline constexpr Source target_net_held_sockets{"target/net/held_sockets"}; // what the ones it holds lead to
inline constexpr Source peer_tasks_status{"peer/tasks/status"};
inline constexpr Source peer_tasks_ns{"peer/tasks/ns"};
inline constexpr Source peer_tasks_attr{"peer/tasks/attr"};
inline constexpr Source peer_user_ns{"peer/user_ns"};
inline constexpr Source peer_landlock{"peer/landlock"};
inline constexpr Source self_status{"self/status"}; // the inspector itself
inline constexpr Source self_ns{"self/ns"};
inline constexpr Source self_mountinfo{"self/mountinfo"};
inline constexpr Source self_paths{"self/paths"};         // as target/paths, from the inspector's own root
inline constexpr Source self_landlock{"self/landlock"};   // a trial in a throw-away child of ours
inline constexpr Source self_seccomp{"self/seccomp"};     // what a filter on us refuses: a trial
inline constexpr Source self_trials{"self/trials"};       // what children of ours may put on, and who refuses
inline constexpr Source self_launchers{"self/launchers"}; // launchers, started on a program that does nothing
inline constexpr Source init_ns{"init/ns"};               // kthreadd, which lives in the initial namespaces
inline constexpr Source host_osrelease{"host/osrelease"};
inline constexpr Source host_version{"host/version"};
inline constexpr Source host_machine{"host/machine"};
inline constexpr Source host_uptime{"host/uptime"};
inline constexpr Source host_cmdline{"host/cmdline"};
inline constexpr Source host_cpuinfo{"host/cpuinfo"};
inline constexpr Source host_cpuid{"host/cpuid"};
inline constexpr Source host_dmi{"host/dmi"};
inline constexpr Source host_acpi{"host/acpi"};
inline constexpr Source host_hypervisor{"host/hypervisor"};
inline constexpr Source host_markers{"host/markers"};
inline constexpr Source host_devices{"host/devices"};             // what only guests have
inline constexpr Source host_os_release{"host/os_release"};       // os-release(5) of the inspector's root
inline constexpr Source host_nodename{"host/nodename"};           // known names of machines, never another
inline constexpr Source self_environ_names{"self/environ_names"}; // known variables of services, no values
inline constexpr Source host_lsm{"host/lsm"};                     // securityfs, the active LSMs in order
inline constexpr Source host_lsm_modules{"host/lsm_modules"};     // lsm_list_modules(2)
inline constexpr Source host_lockdown{"host/lockdown"};
inline constexpr Source host_selinux_enforce{"host/selinux_enforce"};
inline constexpr Source host_cap_last_cap{"host/cap_last_cap"};
inline constexpr Source host_bpf_programs{"host/bpf_programs"}; // how many of each type are loaded
inline constexpr Source host_ptrace_scope{"host/ptrace_scope"}; // Yama
inline constexpr Source host_tomoyo{"host/tomoyo"};             // was a policy of it ever loaded?
inline constexpr Source host_ipe{"host/ipe"};                   // the policies of IPE
inline constexpr Source host_unprivileged_port_start{
    "host/unprivileged_port_start"}; // ip(7), of the inspector's network namespace
inline constexpr Source host_syscall_abis{
    "host/syscall_abis"};                                   // by which ways it takes system calls: a trial
inline constexpr Source host_processes{"host/processes"};   // every process that /proc shows
inline constexpr Source host_landlock{"host/landlock"};     // how many layers each task of the machine has
inline constexpr Source host_pods{"host/pods"};             // that the kubelet has
inline constexpr Source host_commands{"host/commands"};     // what processes execute, and their words
inline constexpr Source host_containers{"host/containers"}; // what container runtimes say on their sockets
inline constexpr Source host_protected_symlinks{"host/protected_symlinks"}; // proc_sys_fs(5)

// All of them, for those who save and load.
inline constexpr std::array all{target_identity,
                                target_stat,
                                target_tasks_status,
                                target_tasks_ns,
                                target_tasks_attr,
                                target_user_ns,
                                target_ns_owners,
                                target_uid_map,
                                target_gid_map,
                                target_cgroup,
                                target_landlock,
                                self_status,
                                self_ns,
                                self_landlock,
                                init_ns,
                                host_osrelease,
                                host_version,
                                host_machine,
                                host_uptime,
                                host_cmdline,
                                host_cpuinfo,
                                host_cpuid,
                                host_dmi,
                                host_acpi,
                                host_hypervisor,
                                host_markers,
                                host_lsm,
                                host_lsm_modules,
                                host_lockdown,
                                host_selinux_enforce,
                                host_cap_last_cap,
                                target_mountinfo,
                                target_fds,
                                target_paths,
                                target_walks,
                                target_seccomp,
                                target_net_ruleset,
                                target_environ,
                                target_proxies,
                                target_resolv_conf,
                                target_environ_names,
                                target_cgroup_limits,
                                target_net_config,
                                target_net_lookups,
                                target_net_attempts,
                                target_net_peers,
                                peer_identity,
                                peer_tasks_status,
                                peer_tasks_ns,
                                peer_tasks_attr,
                                peer_user_ns,
                                peer_landlock,
                                host_bpf_programs,
                                host_ptrace_scope,
                                host_protected_symlinks,
                                host_tomoyo,
                                host_ipe,
                                self_mountinfo,
                                host_unprivileged_port_start,
                                host_syscall_abis,
                                self_seccomp,
                                self_trials,
                                self_launchers,
                                target_net_dev,
                                target_net_route,
                                target_net_fib_trie,
                                target_net_ipv6_route,
                                target_net_if_inet6,
                                target_net_sockets,
                                target_net_held_sockets,
                                self_paths,
                                target_roots,
                                target_directories,
                                host_devices,
                                host_os_release,
                                host_nodename,
                                self_environ_names,
                                host_processes,
                                host_commands,
                                host_landlock,
                                target_kin,
                                host_pods,
                                host_containers};

} // namespace source
} // namespace sbx
