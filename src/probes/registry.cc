#include "probes/registry.h"

#include "probes/capabilities.h"
#include "probes/filesystem.h"
#include "probes/landlock.h"
#include "probes/lsm.h"
#include "probes/namespaces.h"
#include "probes/network.h"
#include "probes/no_new_privs.h"
#include "probes/seccomp.h"
#include "probes/vm.h"

#include <array>

namespace sbx {

std::span<const Probe> probes() {
  static constexpr std::array all{
      Probe{"landlock", "Is every thread in a Landlock domain, and which rights does the weakest one handle?",
            "landlock>=N, landlock.kernel>=N",
            "every thread is in a domain that handles at least the file rights of ABI 1",
            "some threads are outside, or less is handled",
            "no thread is in a domain, or this kernel provably has none", landlock},
      Probe{"seccomp", "Is every thread under seccomp, and what do its filters refuse?",
            "seccomp, seccomp.denies=A+B, seccomp.profile=NAME, seccomp.default=ACTION",
            "every thread is in strict mode, or under filters that were seen to refuse something",
            "some threads are, or the filters refuse nothing", "no thread is", seccomp},
      Probe{"no_new_privs", "Is exec unable to add privileges, on every thread?", "no-new-privs",
            "set on every thread", "set on some", "set on none", no_new_privs},
      Probe{"capabilities", "Which capabilities does any thread hold, in which user namespace?",
            "capabilities", "all five sets are empty on every thread", "everything in between",
            "a thread's effective set is full, in the initial user namespace", capabilities},
      Probe{"namespaces", "Which namespaces are the target's own, which the host's?", "namespaces",
            "user, mnt, pid, net, ipc and uts are its own, for every thread", "some of these six are",
            "none of these six is", namespaces},
      Probe{"lsm", "Does AppArmor, SELinux or Smack confine every thread by its label?", "lsm",
            "every thread has a label that confines it, and what that forbids is refused",
            "some threads have, or what is forbidden is only logged",
            "no module labels it, or the label confines nothing", lsm},
      Probe{"network", "What does its network let out: nothing, a proxy, what rules name, or everything?",
            "network, egress=none, egress=proxy, net.default_route=none",
            "nothing gets out, or to one peer alone, or its rules refuse everything public",
            "its own network, which lets something out; or the host's, and seccomp refuses internet sockets",
            "it shares the host's network", network},
      Probe{"filesystem",
            "Does it have a root and mounts of its own, and can it write to files of the host's?",
            "filesystem, root=ro, mounts.host_writable=0, fds.outside=0",
            "a root of its own in a mount namespace of its own, on every thread, and nothing of the host "
            "writable",
            "everything in between: a chroot, the host's root, or places of the host that are writable",
            "the host's mount namespace and the host's root", filesystem},
      Probe{"vm", "Does the kernel run a guest behind KVM for it? Then all other rows are about the monitor.",
            "vm", "it holds a virtual machine of KVM's and virtual CPUs of it",
            "it holds a virtual machine without a virtual CPU, or the other way round",
            "never: what is no monitor is not_applicable", vm},
  };
  return all;
}

} // namespace sbx
