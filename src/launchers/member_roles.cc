#include "launchers/member_roles.h"

#include <algorithm>

namespace sbx {

namespace {

bool has_own_namespaces(const Process& process, const Surroundings& surroundings) {
  return std::any_of(fences.begin(), fences.end(), [&](Fence it) {
    return is_namespace(it) && has_fence(process, it, surroundings).value_or(false);
  });
}

// That it has none of them was seen, of each; but for the two kinds that are not asked of a whole machine.
bool in_host_namespaces(const Process& process, const Surroundings& surroundings) {
  return std::all_of(fences.begin(), fences.end(), [&](Fence it) {
    const auto has = is_namespace(it) ? has_fence(process, it, surroundings) : std::optional(false);
    return has == false || (!has && (it == Fence::cgroup_ns || it == Fence::time_ns));
  });
}

std::optional<std::uint64_t> net_of(const Process& process) {
  const auto found = process.ns.find("net");
  return found != process.ns.end() && found->second ? std::optional(*found->second) : std::nullopt;
}

bool is_confined(const Process& process) {
  bool all = process.all_threads_read();
  each_thread(process, [&](const ProcStatus& it) {
    all = all && it.no_new_privs.value_or(false) && it.cap_bnd == 0U;
  });
  return all;
}

// Orphans of a PID namespace hang on its first process (pid_namespaces(7)). So who is not that one, and has a
// parent elsewhere, was put there from outside: setns(2).
bool entered_pid_ns(const ProcessTable& table, const Process& process) {
  const Process* parent = table.parent(process);
  if (!parent || !process.status->nspid || !parent->status || !parent->status->nspid)
    return false;
  const auto &own = *process.status->nspid, &above = *parent->status->nspid;
  return own.size() > above.size() && own.back() != 1;
}

// The launcher's own process outside of what it made: it executes no code of the payload.
const Launcher* monitor_of(const std::vector<Launcher>& chain, std::int64_t pid) {
  const auto found = std::find_if(chain.begin(), chain.end(), [&](const Launcher& it) {
    return it.pid == pid && it.kind == LauncherKind::sandbox_tool && it.confidence != Confidence::hint;
  });
  return found == chain.end() ? nullptr : &*found;
}

} // namespace

const Launcher* openshell_in(const std::vector<Launcher>& chain) {
  const auto found = std::find_if(chain.begin(), chain.end(), [](const Launcher& it) {
    return (it.id.starts_with("openshell") || it.id.starts_with("ryno")) && it.confidence != Confidence::hint;
  });
  return found == chain.end() ? nullptr : &*found;
}

std::vector<std::int64_t> openshell_agents(const ProcessTable& table, std::int64_t supervisor) {
  const Process* above = table.find(supervisor);
  std::vector<std::int64_t> agents;
  if (!above)
    return agents;
  const auto own = net_of(*above);
  for (const Process* it : table.descendants(supervisor)) {
    const auto net = net_of(*it);
    if ((own && net && *own != *net) || is_confined(*it))
      agents.push_back(it->pid);
  }
  return agents;
}

std::map<std::int64_t, MemberRole> member_roles(const ProcessTable& table, const SandboxSet& set,
                                                const Surroundings& surroundings,
                                                const std::vector<Launcher>& chain, bool agents_only) {
  const auto process = [&](std::int64_t pid) { return table.find(pid); };
  const bool all_exited = std::all_of(set.members.begin(), set.members.end(), [&](std::int64_t pid) {
    return process(pid) && has_exited(*process(pid));
  });
  const bool namespaces_inside = std::any_of(set.members.begin(), set.members.end(), [&](std::int64_t pid) {
    return process(pid) && has_own_namespaces(*process(pid), surroundings);
  });

  std::map<std::int64_t, MemberRole> roles;
  for (const std::int64_t pid : set.members) {
    MemberRole& role = roles[pid];
    const Process* it = process(pid);
    const bool root = std::find(set.roots.begin(), set.roots.end(), pid) != set.roots.end();
    if (it && has_exited(*it)) {
      role = {"exited", "", all_exited};
    } else if (const Launcher* launcher = monitor_of(chain, pid);
               launcher && root && it && namespaces_inside && in_host_namespaces(*it, surroundings)) {
      role = {"monitor", launcher->name + " itself, outside of what it made", true};
    } else if (it && entered_pid_ns(table, *it)) {
      role = {"entered", "entered from outside: its parent lives in another PID namespace", true};
    } else if (pid == set.first) {
      role = {"first", "", true};
    } else if (root) {
      role = {"member", "its parent is outside, or ended", true};
    }
  }
  for (auto& [pid, role] : roles)
    if (const Process* it = process(pid); it && role.role == "member")
      for (const Process* above : table.ancestors(*it))
        if (const auto found = roles.find(above->pid);
            found != roles.end() && found->second.role == "entered")
          role = {"entered", "below a process that entered from outside", true};
  const Launcher* openshell = openshell_in(chain);
  const std::int64_t supervisor = openshell && openshell->pid > 0 ? openshell->pid : set.first;
  if ((openshell || agents_only) && roles.contains(supervisor)) {
    const auto agents = openshell_agents(table, supervisor);
    for (const std::int64_t pid : agents)
      if (const auto found = roles.find(pid); found != roles.end() && found->second.role != "exited")
        found->second = {"agent", "", true};
    if (!agents.empty())
      for (auto& [pid, role] : roles)
        if (pid == supervisor)
          role = {"supervisor", "OpenShell's own process: not what the agent runs in", !agents_only};
  }
  return roles;
}

} // namespace sbx
