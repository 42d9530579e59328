#include "sandbox/fence.h"

#include "rules/initial_ns.h"

#include <algorithm>

namespace sbx {

namespace {

std::optional<bool> other_ns(const Process& process, std::string_view kind,
                             const Surroundings& surroundings) {
  const auto own = process.ns.find(std::string(kind));
  if (own == process.ns.end() || !own->second || !numbered_by_linux(*own->second))
    return std::nullopt;
  const auto theirs = surroundings.ns.find(std::string(kind));
  const auto known = theirs == surroundings.ns.end() ? std::nullopt : std::optional(theirs->second);
  if (known)
    return *own->second != *known;
  if (!surroundings.initial)
    return std::nullopt;
  const auto initial = is_initial_ns(kind, *own->second, std::nullopt);
  return initial ? std::optional(!*initial) : std::nullopt;
}

// By the kernel's own count of its numbers, which needs no permission to look at its links.
std::optional<bool> deeper_pid_ns(const Process& process) {
  return process.status && process.status->nspid ? std::optional(process.status->nspid->size() > 1)
                                                 : std::nullopt;
}

// Yes where any thread has it; no where every thread was read and has it not.
template <class Has> std::optional<bool> any_thread(const Process& process, Has&& has) {
  bool all = process.all_threads_read();
  bool any = false, one = false;
  each_thread(process, [&](const ProcStatus& status) {
    const std::optional<bool> answer = has(status);
    any = any || answer.value_or(false);
    all = all && answer.has_value();
    one = true;
  });
  if (any)
    return true;
  return all && one ? std::optional(false) : std::nullopt;
}

std::optional<bool> other_root(const Process& process, const Surroundings& surroundings) {
  if (!process.root)
    return std::nullopt;
  if (*process.root == "/")
    return false;
  const auto mnt = other_ns(process, "mnt", surroundings);
  // In another mount namespace this name is from there, and says nothing of ours.
  return mnt ? std::optional(!*mnt) : std::nullopt;
}

// Of any thread; empty where the kernel does not count them (before 5.9).
std::optional<std::uint64_t> most_filters(const Process& process) {
  std::optional<std::uint64_t> most;
  each_thread(process, [&](const ProcStatus& status) {
    if (status.seccomp_filters)
      most = std::max(most.value_or(0), *status.seccomp_filters);
  });
  return most;
}

std::optional<bool> runs_vm(const Process& process) {
  if (!process.kvm || !*process.kvm)
    return std::nullopt;
  const KvmDescriptors& kvm = **process.kvm;
  if (kvm.vms > 0 && kvm.vcpus > 0)
    return true;
  return kvm.whole() ? std::optional(false) : std::nullopt;
}

} // namespace

std::string_view fence_name(Fence fence) {
  switch (fence) {
  case Fence::user_ns:
    return "user";
  case Fence::mnt_ns:
    return "mnt";
  case Fence::pid_ns:
    return "pid";
  case Fence::net_ns:
    return "net";
  case Fence::ipc_ns:
    return "ipc";
  case Fence::uts_ns:
    return "uts";
  case Fence::cgroup_ns:
    return "cgroup";
  case Fence::time_ns:
    return "time";
  case Fence::root:
    return "chroot";
  case Fence::seccomp:
    return "seccomp";
  case Fence::no_new_privs:
    return "no_new_privs";
  case Fence::no_bounding:
    return "no_bounding";
  case Fence::vm:
    return "vm";
  }
  return "";
}

bool is_namespace(Fence fence) { return fence <= Fence::time_ns; }

std::optional<bool> has_fence(const Process& process, Fence fence, const Surroundings& surroundings) {
  switch (fence) {
  case Fence::pid_ns:
    if (const auto other = other_ns(process, "pid", surroundings))
      return other;
    return deeper_pid_ns(process);
  case Fence::user_ns:
  case Fence::mnt_ns:
  case Fence::net_ns:
  case Fence::ipc_ns:
  case Fence::uts_ns:
  case Fence::cgroup_ns:
  case Fence::time_ns:
    return other_ns(process, fence_name(fence), surroundings);
  case Fence::root:
    return other_root(process, surroundings);
  case Fence::seccomp:
    return any_thread(process, [](const ProcStatus& it) {
      return it.seccomp ? std::optional(*it.seccomp != 0) : std::nullopt;
    });
  case Fence::no_new_privs:
    return any_thread(process, [](const ProcStatus& it) { return it.no_new_privs; });
  case Fence::no_bounding:
    return any_thread(process, [](const ProcStatus& it) {
      return it.cap_bnd ? std::optional(*it.cap_bnd == 0) : std::nullopt;
    });
  case Fence::vm:
    return runs_vm(process);
  }
  return std::nullopt;
}

Inherited inherited_from(const Process* first, const Process* inspector, const Surroundings& surroundings) {
  Inherited inherited;
  if (surroundings.initial || !first || !inspector)
    return inherited;
  const auto both = [&](Fence fence) {
    return has_fence(*first, fence, surroundings).value_or(false) &&
           has_fence(*inspector, fence, surroundings).value_or(false);
  };
  inherited.seccomp = both(Fence::seccomp);
  inherited.no_new_privs = both(Fence::no_new_privs);
  inherited.no_bounding = both(Fence::no_bounding);
  inherited.filters = std::min(most_filters(*first).value_or(0), most_filters(*inspector).value_or(0));
  return inherited;
}

bool is_set_apart(const Process& process, const Surroundings& surroundings, const Inherited& inherited) {
  return std::any_of(fences.begin(), fences.end(), [&](Fence fence) {
    if (!has_fence(process, fence, surroundings).value_or(false))
      return false;
    if (fence == Fence::seccomp && inherited.seccomp)
      return inherited.filters > 0 && most_filters(process).value_or(0) > inherited.filters;
    return !(fence == Fence::no_new_privs && inherited.no_new_privs) &&
           !(fence == Fence::no_bounding && inherited.no_bounding);
  });
}

} // namespace sbx
