#include "doctor/launcher_needs.h"

#include <array>

namespace sbx {

namespace {

constexpr std::string_view no_jail = "the monitor of the machine runs without a jail around it";
constexpr std::string_view no_limits = "no limits of memory, processes and CPU";
constexpr std::string_view no_filter = "no seccomp filter";
constexpr std::string_view no_network = "it shares the network";
constexpr std::string_view no_processes = "other processes are seen";

// firecracker docs/jailer.md; src/vmm/src/seccomp.rs
constexpr std::array firecracker{Need{"kvm", ""}, Need{"seccomp no_new_privs", no_filter},
                                 Need{"ns.mnt@alone pivot_root cgroup", no_jail}};
// boxlite src/jailer/bwrap.rs: without bubblewrap it goes on without a jail.
constexpr std::array boxlite{Need{"kvm", ""}, Need{"userns ns.pid ns.ipc ns.uts mount mount.proc pivot_root",
                                                   no_jail, "bwrap.boxlite"}};
constexpr std::array libkrun{Need{"kvm", ""}};
// gVisor: systrap traps by ptrace and seccomp, the other platform is KVM.
constexpr std::array gvisor{Need{"ns.mnt ns.pid ns.net ns.ipc ns.uts mount pivot_root", ""},
                            Need{"seccomp", ""}, Need{"ptrace|kvm", ""}, Need{"cgroup", no_limits}};
// OpenShell since RFC 0012: a broker of connections by user notification, Landlock of ABI 3 in any case.
constexpr std::array openshell_b{Need{"seccomp seccomp.notify_killable no_new_privs", ""},
                                 Need{"landlock>=3", ""}};
// Codex: a file system by bubblewrap, one filter; where /proc cannot be mounted it goes on with --no-proc.
constexpr std::array codex{
    Need{"userns ns.mnt ns.pid ns.net loopback mount pivot_root", "", "bwrap.codex_no_proc"},
    Need{"seccomp no_new_privs", ""},
    Need{"mount.proc", "no fresh /proc: codex goes on with --no-proc", "bwrap.codex"}};
// enableWeakerNestedSandbox leaves out --proc and binds the /proc that is there.
constexpr std::array srt{
    Need{"userns ns.mnt ns.pid ns.net loopback mount pivot_root", "", "bwrap.srt_weaker|bwrap.srt"},
    Need{"mount.proc", "no fresh /proc: only with enableWeakerNestedSandbox, which binds that of the outside",
         "bwrap.srt"},
    Need{"userns seccomp no_new_privs",
         "unix sockets stay reachable: the helper that filters them cannot start"}};
constexpr std::array podman_rootless{
    Need{"userns ns.mnt ns.pid ns.ipc ns.uts mount mount.proc pivot_root", ""},
    Need{"subids", "one user alone in the container: no other user can own anything"},
    Need{"seccomp", no_filter}, Need{"ns.net tun", "no network of its own, or none at all"},
    Need{"cgroup", no_limits}};
constexpr std::array docker{Need{"docker", ""}};
constexpr std::array nsjail{Need{"ns.mnt mount pivot_root", ""}, Need{"ns.pid mount.proc", no_processes},
                            Need{"ns.net", no_network}, Need{"seccomp no_new_privs", no_filter},
                            Need{"cgroup", no_limits}};
// OpenShell until August 2026, the supervisor in the container: root there, Landlock by best effort.
constexpr std::array openshell_a{Need{"ns.net@alone loopback", ""}, Need{"seccomp no_new_privs", ""},
                                 Need{"landlock>=2", "no Landlock: by best_effort it goes on without"}};
constexpr std::array bubblewrap{Need{"ns.mnt mount pivot_root", "", "bwrap.plain"},
                                Need{"ns.pid ns.net ns.ipc ns.uts ns.cgroup loopback",
                                     "not every namespace of --unshare-all", "bwrap.unshare"},
                                Need{"mount.proc", "no fresh /proc (--proc)", "bwrap.all"}};
constexpr std::array firejail{Need{"setuid@admin", ""}, Need{"seccomp", no_filter}};
constexpr std::array chromium{Need{"userns ns.pid ns.net", ""}, Need{"seccomp no_new_privs", ""}};
constexpr std::array systemd{Need{"systemd", ""}};
constexpr std::array minijail{Need{"seccomp no_new_privs", ""},
                              Need{"ns.mnt ns.pid mount pivot_root", "no namespaces"},
                              Need{"landlock", "no Landlock, and it says nothing"}};
constexpr std::array landlock{
    Need{"landlock no_new_privs", ""}, Need{"landlock>=4", "TCP ports cannot be restricted (ABI 4)"},
    Need{"landlock>=6", "signals and abstract sockets cannot be restricted (ABI 6)"}};
constexpr std::array unshare{Need{"userns ns.mnt ns.pid ns.net mount", ""},
                             Need{"mount.proc", "no fresh /proc"}};

constexpr std::array all{
    LauncherNeeds{"firecracker", "Firecracker", "virtual machine", "firecracker", firecracker},
    LauncherNeeds{"boxlite", "BoxLite", "virtual machine", "boxlite", boxlite},
    LauncherNeeds{"libkrun", "libkrun/microsandbox", "virtual machine", "krun msb", libkrun},
    LauncherNeeds{"gvisor", "gVisor", "kernel in user space", "runsc", gvisor},
    LauncherNeeds{"openshell-b", "OpenShell/companion", "Landlock, filter and broker",
                  "openshell-sandbox openshell", openshell_b},
    LauncherNeeds{"codex", "Codex", "namespaces and filter", "codex", codex},
    LauncherNeeds{"srt", "sandbox-runtime", "namespaces and filter", "srt", srt},
    LauncherNeeds{"podman-rootless", "rootless Podman", "container", "podman", podman_rootless},
    LauncherNeeds{"docker", "Docker", "container", "docker", docker},
    LauncherNeeds{"nsjail", "nsjail", "namespaces and filter", "nsjail", nsjail},
    LauncherNeeds{"openshell-a", "OpenShell/combined", "network namespace, filter, Landlock",
                  "openshell-sandbox openshell", openshell_a},
    LauncherNeeds{"bubblewrap", "bubblewrap", "namespaces", "bwrap", bubblewrap},
    LauncherNeeds{"firejail", "Firejail", "namespaces and filter", "firejail", firejail},
    LauncherNeeds{"chromium", "Chromium", "namespaces and filter", "chromium", chromium},
    LauncherNeeds{"systemd", "systemd units", "what the unit says", "systemd-run", systemd},
    LauncherNeeds{"minijail", "minijail", "filter, perhaps namespaces", "minijail0", minijail},
    LauncherNeeds{"landlock", "Landlock alone", "Landlock", "", landlock},
    LauncherNeeds{"unshare", "unshare -Urmpnf", "namespaces", "unshare", unshare},
};

} // namespace

std::span<const LauncherNeeds> launchers() { return all; }

} // namespace sbx
