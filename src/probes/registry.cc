#include "probes/registry.h"

#include "probes/capabilities.h"
#include "probes/landlock.h"
#include "probes/lsm.h"
#include "probes/namespaces.h"
#include "probes/no_new_privs.h"
#include "probes/seccomp.h"

#include <array>

namespace sbx {

std::span<const Probe> probes() {
  static constexpr std::array all{
      Probe{"landlock", "Is every thread in a Landlock domain, and which rights does the weakest one handle?",
            "landlock>=N, landlock.kernel>=N", landlock},
      Probe{"seccomp", "Is every thread under seccomp, in which mode, with how many filters?", "seccomp",
            seccomp},
      Probe{"no_new_privs", "Is exec unable to add privileges, on every thread?", "no-new-privs",
            no_new_privs},
      Probe{"capabilities", "Which capabilities does any thread hold, in which user namespace?",
            "capabilities", capabilities},
      Probe{"namespaces", "Which namespaces are the target's own, which the host's?", "namespaces",
            namespaces},
      Probe{"lsm", "Does AppArmor, SELinux or Smack confine every thread by its label?", "lsm", lsm},
  };
  return all;
}

} // namespace sbx
