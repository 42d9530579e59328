// What sets a process apart from the machine that we look from? Facts of one reading, compared with where we
// are; none of them says how much it confines.
#pragma once

#include "parse/processes.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class Fence {
  user_ns,
  mnt_ns,
  pid_ns,
  net_ns,
  ipc_ns,
  uts_ns,
  cgroup_ns,
  time_ns,
  root,         // another root directory in our mount namespace: chroot(2)
  seccomp,      // of any thread
  no_new_privs, // of any thread
  no_bounding,  // an empty capability bounding set, of any thread
  vm,           // it runs a virtual machine: seen are descriptors of KVM
};

inline constexpr std::array fences{Fence::user_ns, Fence::mnt_ns,  Fence::pid_ns,       Fence::net_ns,
                                   Fence::ipc_ns,  Fence::uts_ns,  Fence::cgroup_ns,    Fence::time_ns,
                                   Fence::root,    Fence::seccomp, Fence::no_new_privs, Fence::no_bounding,
                                   Fence::vm};

std::string_view fence_name(Fence fence); // "user", "seccomp", "no_new_privs" ...
bool is_namespace(Fence fence);

// The namespaces that are taken for those of the machine: the initial ones where one was seen to live in
// them, else those of the inspector.
struct Surroundings {
  std::map<std::string, std::uint64_t> ns;
  bool initial = false;
};

// true, false, or nothing where that was not seen.
std::optional<bool> has_fence(const Process& process, Fence fence, const Surroundings& surroundings);

// What everybody in the surroundings has anyway, as in a container: that sets nobody apart.
struct Inherited {
  bool seccomp = false, no_new_privs = false, no_bounding = false;
  std::uint64_t filters = 0; // seccomp filters; one more than these is of its own
};

// Empty where the surroundings are those of the machine: there everybody began with nothing. Else what both
// have that live in it from its start and from now: its first process, and the inspector.
Inherited inherited_from(const Process* first, const Process* inspector, const Surroundings& surroundings);

// Any fence that was seen, and that is not inherited.
bool is_set_apart(const Process& process, const Surroundings& surroundings, const Inherited& inherited);

// Threads that have exited run no code. Of the main thread and of those that differ from it, `with` is called
// for each that was read.
template <class With> void each_thread(const Process& process, With&& with) {
  const auto lives = [](const ProcStatus& status) {
    return !status.state || (*status.state != 'Z' && *status.state != 'X');
  };
  bool any = false;
  for (const Task& task : process.others)
    if (task.status && lives(*task.status))
      any = true;
  if (process.status && (lives(*process.status) || !any))
    with(*process.status);
  for (const Task& task : process.others)
    if (task.status && lives(*task.status))
      with(*task.status);
}

} // namespace sbx
