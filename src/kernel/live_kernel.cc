#include "kernel/live_kernel.h"

#include "kernel/file.h"
#include "kernel/live_bpf_programs.h"
#include "kernel/live_cgroup_limits.h"
#include "kernel/live_commands.h"
#include "kernel/live_containers.h"
#include "kernel/live_directories.h"
#include "kernel/live_environ.h"
#include "kernel/live_environ_names.h"
#include "kernel/live_fds.h"
#include "kernel/live_held_sockets.h"
#include "kernel/live_host.h"
#include "kernel/live_landlock.h"
#include "kernel/live_landlock_trial.h"
#include "kernel/live_machine_landlock.h"
#include "kernel/live_net_attempts.h"
#include "kernel/live_net_config.h"
#include "kernel/live_net_files.h"
#include "kernel/live_net_lookups.h"
#include "kernel/live_net_peers.h"
#include "kernel/live_net_ruleset.h"
#include "kernel/live_paths.h"
#include "kernel/live_pods.h"
#include "kernel/live_processes.h"
#include "kernel/live_proxies.h"
#include "kernel/live_resolv_conf.h"
#include "kernel/live_roots.h"
#include "kernel/live_seccomp.h"
#include "kernel/live_seccomp_ptrace.h"
#include "kernel/live_seccomp_trial.h"
#include "kernel/live_syscall_abis.h"
#include "kernel/live_tasks.h"
#include "kernel/live_trials.h"
#include "kernel/live_user_ns.h"
#include "kernel/live_walks.h"
#include "kernel/living_task.h"
#include "kernel/process_environ.h"

#include <cerrno>
#include <linux/magic.h>
#include <unistd.h>

namespace sbx {

namespace {

struct Adapter {
  Source source;
  Reading (*read)(const ProcTarget&);
};

// PID 2 is kthreadd where our PID namespace is the initial one.
Reading read_init_ns(const ProcTarget& target) { return task_ns_line(target.proc(), "2", 2); }

// One row a source; the capture-less lambdas are all there is to a plain file.
const Adapter adapters[] = {
    {source::target_identity, [](const ProcTarget& target) { return target.identity(); }},
    {source::target_stat, [](const ProcTarget& target) { return target.read("stat", small_file); }},
    {source::target_tasks_status, read_tasks_status},
    {source::target_tasks_ns, read_tasks_ns},
    {source::target_tasks_attr, read_tasks_attr},
    {source::target_user_ns, read_user_ns},
    {source::target_ns_owners, read_ns_owners},
    {source::target_kin, read_kin},
    {source::target_uid_map, [](const ProcTarget& target) { return target.read("uid_map", small_file); }},
    {source::target_gid_map, [](const ProcTarget& target) { return target.read("gid_map", small_file); }},
    {source::target_cgroup, [](const ProcTarget& target) { return target.read("cgroup", small_file); }},
    {source::target_fds, read_fds},
    {source::target_cgroup_limits, read_cgroup_limits},
    {source::target_resolv_conf, read_resolv_conf},
    {source::target_mountinfo, read_mountinfo},
    {source::target_net_config, read_net_config},
    {source::target_net_peers, read_net_peers},
    {source::target_net_ruleset, read_net_ruleset},
    {source::target_seccomp, [](const ProcTarget& target) { return read_seccomp_filters(target.pidfd()); }},
    {source::target_net_dev, [](const ProcTarget& target) { return read_net_file(target, "dev"); }},
    {source::target_net_route, [](const ProcTarget& target) { return read_net_file(target, "route"); }},
    {source::target_net_fib_trie, [](const ProcTarget& target) { return read_net_file(target, "fib_trie"); }},
    {source::target_net_ipv6_route,
     [](const ProcTarget& target) { return read_net_file(target, "ipv6_route"); }},
    {source::target_net_if_inet6, [](const ProcTarget& target) { return read_net_file(target, "if_inet6"); }},
    {source::target_net_sockets, read_net_sockets},
    {source::target_net_held_sockets, read_held_sockets},
    {source::self_status,
     [](const ProcTarget& target) {
       return read_beneath(target.proc(), std::to_string(getpid()) + "/status");
     }},
    {source::host_processes, [](const ProcTarget& target) { return read_processes(target.proc()); }},
    {source::host_pods, [](const ProcTarget&) { return read_pods(); }},
    {source::host_landlock, [](const ProcTarget& target) { return read_machine_landlock(target.pidfd()); }},
    {source::self_ns,
     [](const ProcTarget& target) -> Reading {
       return task_ns_line(target.proc(), std::to_string(getpid()), getpid());
     }},
    {source::self_mountinfo, read_own_mountinfo},
    {source::target_roots, read_roots},
    {source::self_landlock,
     [](const ProcTarget& target) { return read_landlock_trial(target.pid() == getpid()); }},
    {source::self_seccomp,
     [](const ProcTarget& target) {
       return target.pid() == getpid() ? read_seccomp_trial()
                                       : refused(EOPNOTSUPP, "only of the inspector as its own target");
     }},
    {source::self_trials,
     [](const ProcTarget& target) {
       return target.pid() == getpid() ? read_trials()
                                       : refused(EOPNOTSUPP, "only of the inspector as its own target");
     }},
    {source::self_launchers,
     [](const ProcTarget& target) {
       return target.pid() == getpid() ? read_launcher_runs()
                                       : refused(EOPNOTSUPP, "only of the inspector as its own target");
     }},
    {source::init_ns, read_init_ns},
    {source::host_osrelease, [](const ProcTarget&) { return read_osrelease(); }},
    {source::host_version, [](const ProcTarget&) { return read_host_file("/proc/version"); }},
    {source::host_machine, [](const ProcTarget&) { return read_machine(); }},
    {source::host_uptime, [](const ProcTarget&) { return read_host_file("/proc/uptime"); }},
    {source::host_containers, [](const ProcTarget&) { return read_containers(); }},
    {source::host_cmdline, [](const ProcTarget&) { return read_host_file("/proc/cmdline"); }},
    {source::host_cpuinfo, [](const ProcTarget&) { return read_host_file("/proc/cpuinfo", 1 << 20); }},
    {source::host_cpuid, [](const ProcTarget&) { return read_cpuid(); }},
    {source::host_dmi, [](const ProcTarget&) { return read_dmi(); }},
    {source::host_acpi, [](const ProcTarget&) { return read_acpi(); }},
    {source::host_hypervisor, [](const ProcTarget&) { return read_hypervisor(); }},
    {source::host_syscall_abis, [](const ProcTarget&) { return read_syscall_abis(); }},
    {source::host_markers, [](const ProcTarget&) { return read_markers(); }},
    {source::host_devices, [](const ProcTarget&) { return read_devices(); }},
    {source::host_os_release, [](const ProcTarget&) { return read_os_release(); }},
    {source::host_nodename, [](const ProcTarget&) { return read_nodename(); }},
    {source::self_environ_names, [](const ProcTarget&) { return read_own_environ_names(); }},
    {source::host_lsm,
     [](const ProcTarget&) { return read_pseudo_file("/sys/kernel/security/lsm", SECURITYFS_MAGIC); }},
    {source::host_lsm_modules, [](const ProcTarget&) { return read_lsm_modules(); }},
    {source::host_lockdown,
     [](const ProcTarget&) { return read_pseudo_file("/sys/kernel/security/lockdown", SECURITYFS_MAGIC); }},
    {source::host_selinux_enforce,
     [](const ProcTarget&) { return read_pseudo_file("/sys/fs/selinux/enforce", SELINUX_MAGIC); }},
    {source::host_cap_last_cap,
     [](const ProcTarget&) { return read_host_file("/proc/sys/kernel/cap_last_cap"); }},
    {source::host_bpf_programs, [](const ProcTarget&) { return read_bpf_programs(); }},
    {source::host_ptrace_scope,
     [](const ProcTarget&) { return read_host_file("/proc/sys/kernel/yama/ptrace_scope"); }},
    {source::host_tomoyo,
     [](const ProcTarget&) {
       return read_pseudo_file("/sys/kernel/security/tomoyo/stat", SECURITYFS_MAGIC);
     }},
    {source::host_ipe, [](const ProcTarget&) { return read_ipe_policies(); }},
    {source::host_unprivileged_port_start,
     [](const ProcTarget&) { return read_host_file("/proc/sys/net/ipv4/ip_unprivileged_port_start"); }},
    {source::host_protected_symlinks,
     [](const ProcTarget&) { return read_host_file("/proc/sys/fs/protected_symlinks"); }},
};

// What is told of the target's environment, which is read once.
constexpr std::pair<Source, std::string (*)(std::string_view)> environment_sources[] = {
    {source::target_environ, environ_lines},
    {source::target_environ_names, environ_name_lines},
    {source::target_proxies, proxy_lines},
};

// What is asked of the peer as of the target.
constexpr std::pair<Source, Source> peer_sources[] = {
    {source::peer_identity, source::target_identity},
    {source::peer_tasks_status, source::target_tasks_status},
    {source::peer_tasks_ns, source::target_tasks_ns},
    {source::peer_tasks_attr, source::target_tasks_attr},
    {source::peer_user_ns, source::target_user_ns},
    {source::peer_landlock, source::target_landlock},
};

} // namespace

Reading LiveKernel::read(Source source) {
  for (const auto& [of_peer, of_target] : peer_sources)
    if (of_peer == source)
      return peer_ ? read_of(*peer_, of_target) : refused(ENODATA, "the question names no other process");
  for (const auto& [of_environment, told] : environment_sources)
    if (of_environment == source) {
      if (!environment_)
        environment_ = read_environment(target_);
      return environment_->map(told);
    }
  return read_of(target_, source);
}

Reading LiveKernel::read_of(const ProcTarget& process, Source source) {
  // Numbers the layers of both processes alike.
  if (source == source::target_landlock)
    return read_landlock_domains(process.pidfd(), landlock_objects_);
  if (source == source::target_seccomp && seccomp_by_ptrace_)
    return read_seccomp_filters_by_ptrace(process);
  for (const Adapter& adapter : adapters)
    if (adapter.source == source)
      return adapter.read(process);
  return refused(ENODATA, "no adapter reads this source");
}

Reading LiveKernel::read_about(Source source, const std::vector<std::string>& paths) {
  if (source == source::target_paths)
    return read_paths(target_, paths);
  if (source == source::target_walks)
    return read_walks(target_, paths);
  if (source == source::target_net_lookups)
    return read_net_lookups(target_, paths);
  if (source == source::target_net_attempts)
    return read_net_attempts(target_, paths);
  if (source == source::self_paths) {
    const auto self = ProcTarget::self();
    return self ? read_paths(*self, paths) : refused(ESRCH, "finding ourselves in /proc");
  }
  if (source == source::host_commands)
    return read_commands(target_, paths);
  if (source == source::target_directories)
    return read_directories(target_, paths);
  return refused(ENODATA, "no adapter reads this source");
}

} // namespace sbx
