#include "launchers/chain.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "launchers/found_launchers.h"
#include "rules/container_cgroup.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <set>

namespace sbx {

namespace {

// A monitor that no row knows is one all the same.
void add_unnamed_machine(const Lineage& lineage, const LauncherSight& sight, FoundLaunchers& found) {
  const bool known =
      std::any_of(found.begin(), found.end(), [](const FoundLauncher& it) { return it.row->vm; });
  const auto holds = [](const Process& it) {
    return it.kvm && *it.kvm && ((*it.kvm)->vms > 0 || (*it.kvm)->vcpus > 0);
  };
  const Process* holder = nullptr;
  for (const Process& it : lineage.table().all())
    if (!holder && lineage.is_member(it.pid) && holds(it))
      holder = &it;
  if (known || (!holder && !sight.kvm.value_or(false)))
    return;
  static const LauncherRow row{
      .id = "kvm", .name = "an unknown virtual machine monitor", .kind = LauncherKind::vmm, .vm = true};
  FoundLauncher launch;
  launch.row = &row;
  launch.process = holder;
  launch.launcher.pid = holder ? holder->pid : 0;
  launch.launcher.evidence.push_back(
      {EvidenceKind::descriptors, true, "it holds descriptors of a virtual machine of KVM"});
  found.push_back(std::move(launch));
}

// Namespaces that nobody who is left explains.
void add_unexplained_namespaces(const Lineage& lineage, FoundLaunchers& found) {
  const Process* const root = lineage.root();
  const bool explained = std::any_of(found.begin(), found.end(), [](const FoundLauncher& it) {
    return it.row->kind != LauncherKind::service_manager && it.launcher.against.empty();
  });
  if (!root || explained)
    return;
  const Process* const parent = lineage.table().parent(*root);
  std::vector<std::string> own;
  for (const std::string_view kind : ns_kinds) {
    const std::string name(kind);
    const std::uint64_t inner = Lineage::ns_of(*root, name);
    const std::uint64_t outer = parent ? Lineage::ns_of(*parent, name) : 0;
    if (inner != 0 && outer != 0 ? inner != outer : lineage.in_host_ns(*root, name) == false)
      own.push_back(name);
  }
  const auto& rows = launcher_rows();
  const auto row = std::find_if(rows.begin(), rows.end(), [](const LauncherRow& it) { return it.any_ns; });
  if (own.empty() || row == rows.end())
    return;
  FoundLauncher launch;
  launch.row = &*row;
  launch.launcher.evidence.push_back(
      {EvidenceKind::namespaces, true,
       "namespaces of its own: " + some_of(own, 8) + "; what made them left nothing behind"});
  found.push_back(std::move(launch));
}

// Which of OpenShell's drivers it was: by the launcher that stands around it.
void name_driver(std::vector<Launcher>& chain) {
  std::string_view driver;
  for (Launcher& it : chain) {
    if (it.id.starts_with("openshell-") && it.id != "openshell-vm" && !driver.empty())
      it.name += ", driver " + std::string(driver);
    if (it.confidence == Confidence::hint)
      continue;
    if (it.id == "docker")
      driver = "docker";
    else if (it.id.starts_with("podman"))
      driver = "podman";
    else if (it.id == "kubernetes")
      driver = "kubernetes";
    else if (it.id == "containerd" || it.id == "crio")
      driver = driver.empty() ? "kubernetes" : driver;
  }
}

std::string link_words(const Launcher& launcher) {
  return launcher.id + (is_container_id(launcher.instance) ? " " + launcher.instance.substr(0, 12)
                        : launcher.instance.empty()        ? ""
                                                           : " " + escaped(launcher.instance, 60));
}

} // namespace

std::vector<Launcher> launcher_chain(const ProcessTable& table, const std::vector<Command>& commands,
                                     const LauncherSight& sight, const std::vector<std::int64_t>& members) {
  const Lineage lineage(table, commands, members);
  FoundLaunchers found = launchers_by_processes(lineage);
  add_cgroup_clues(lineage, found);
  add_sight_clues(lineage, sight, found);
  add_unnamed_machine(lineage, sight, found);
  add_unexplained_namespaces(lineage, found);
  std::vector<Launcher> chain;
  for (FoundLauncher& it : found) {
    it.launcher.id = it.row->id;
    it.launcher.name = it.row->name;
    it.launcher.kind = it.row->kind;
    it.launcher.confidence = confidence_in(it.launcher.evidence, !it.launcher.against.empty());
    chain.push_back(std::move(it.launcher));
  }
  name_driver(chain);
  return chain;
}

std::string chain_words(const std::vector<Launcher>& chain, std::string_view payload) {
  std::string words;
  std::vector<std::string> perhaps;
  for (const Launcher& it : chain)
    if (it.confidence != Confidence::hint)
      words += (words.empty() ? "" : " > ") + link_words(it);
    else if (it.against.empty())
      perhaps.push_back(link_words(it));
  if (!payload.empty())
    words += (words.empty() ? "" : " > ") + escaped(payload, 60);
  if (!perhaps.empty())
    words += (words.empty() ? "(perhaps " : " (perhaps ") + some_of(perhaps, 4) + ")";
  return words;
}

std::vector<std::string> wanted_commands(const ProcessTable& table,
                                         const std::vector<std::int64_t>& members) {
  constexpr std::size_t most_ancestors = 48, most_members = 64, most_beside = 64, most_below = 256;
  const Lineage lineage(table, {}, members);
  std::set<std::int64_t> wanted;
  const auto& path = lineage.path();
  for (std::size_t i = path.size() - std::min(path.size(), most_ancestors); i < path.size(); ++i)
    wanted.insert(path[i]->pid);
  std::size_t beside = 0;
  for (auto it = path.rbegin(); it != path.rend(); ++it)
    if ((*it)->pid != 1 && !lineage.is_member((*it)->pid)) // what init started has nothing to do with it
      for (const Process* child : table.descendants((*it)->pid, most_below))
        if (!lineage.is_member(child->pid) && beside < most_beside)
          beside += wanted.insert(child->pid).second ? 1 : 0;
  std::size_t own = 0;
  for (const std::int64_t pid : members)
    if (table.find(pid) && own < most_members)
      own += wanted.insert(pid).second ? 1 : 0;
  std::vector<std::string> pids;
  for (const std::int64_t pid : wanted)
    pids.push_back(std::to_string(pid));
  return pids;
}

std::vector<std::string> wanted_markers() {
  std::set<std::string> paths;
  for (const LauncherRow& row : launcher_rows())
    paths.insert(row.markers.begin(), row.markers.end());
  return {paths.begin(), paths.end()};
}

} // namespace sbx
