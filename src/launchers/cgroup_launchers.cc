#include "launchers/found_launchers.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_instance = 255;

bool is_of(const LauncherRow& row, const ContainerPlace& place) {
  const bool users = place.maker == CgroupMaker::user;
  if ((row.owner == LauncherRow::Owner::root && users) || (row.owner == LauncherRow::Owner::user && !users))
    return false;
  return std::any_of(row.cgroups.begin(), row.cgroups.end(), [&](std::string_view wanted) {
    const std::size_t colon = wanted.find(':');
    return place.runtime == wanted.substr(0, colon) &&
           (colon == wanted.npos || fits(wanted.substr(colon + 1), place.id));
  });
}

// The row with the narrower pattern goes first: a machine of libvirt is QEMU's, not nspawn's.
const LauncherRow* row_of(const ContainerPlace& place, const FoundLaunchers& found) {
  for (const FoundLauncher& it : found)
    if (is_of(*it.row, place))
      return it.row;
  const LauncherRow* best = nullptr;
  for (const LauncherRow& row : launcher_rows())
    if (is_of(row, place) && (!best || row.cgroups.front().find(':') != std::string_view::npos))
      best = &row;
  return best;
}

std::string shown_path(const ContainerPlace& place) { return escaped(place.path, 160); }

LauncherEvidence evidence_of(const ContainerPlace& place, const Lineage& lineage) {
  const bool forgeable = place.maker != CgroupMaker::host || lineage.commands_host();
  return {EvidenceKind::cgroup, forgeable, "control group " + shown_path(place)};
}

// Of a launcher that left no process: what the sandbox has of its own is told against the host.
void add_namespaces_against_host(const Lineage& lineage, FoundLauncher& launch) {
  std::vector<std::string> own;
  for (const std::string_view kind : ns_kinds)
    if (lineage.in_host_ns(*lineage.root(), std::string(kind)) == false)
      own.emplace_back(kind);
  const auto has = [&](std::string_view kind) {
    return std::find(own.begin(), own.end(), kind) != own.end();
  };
  if (!own.empty() && std::all_of(launch.row->own_ns.begin(), launch.row->own_ns.end(), has))
    launch.launcher.evidence.push_back(
        {EvidenceKind::namespaces, true,
         "namespaces that it does not share with the host: " + some_of(own, 8)});
}

bool is_below(const Process& process, const ContainerPlace& place) {
  if (!process.cgroups)
    return false;
  const auto sight = cgroup_sight(*process.cgroups);
  return std::any_of(sight.places.begin(), sight.places.end(), [&](const ContainerPlace& it) {
    return it.runtime == place.runtime && it.id == place.id && it.pod_uid == place.pod_uid;
  });
}

// Before the first launcher whose process is itself at or below the place.
FoundLaunchers::iterator position_of(const ContainerPlace& place, FoundLaunchers& found) {
  return std::find_if(found.begin(), found.end(),
                      [&](const FoundLauncher& it) { return it.process && is_below(*it.process, place); });
}

void add_place(const ContainerPlace& place, const Lineage& lineage, FoundLaunchers& found) {
  const LauncherRow* const row = row_of(place, found);
  if (!row)
    return;
  const std::string& instance = place.id.empty() ? place.pod_uid : place.id;
  FoundLauncher* launch = nullptr;
  for (FoundLauncher& it : found)
    if (it.row == row && !launch && !it.has_cgroup &&
        (!is_container_id(it.launcher.instance) || it.launcher.instance == instance))
      launch = &it;
  if (!launch && row->id == "kubernetes" && !place.id.empty())
    for (FoundLauncher& it : found)
      launch = it.row == row ? &it : launch; // the pod's own group was told already
  if (!launch) {
    for (FoundLauncher& it : found)
      if (it.row == row && !it.has_cgroup) // for all of these are the ids of other containers
        it.launcher.against.push_back("its control group is that of " + place_words(place));
    launch = &*found.insert(position_of(place, found), FoundLauncher{});
    launch->row = row;
    launch->launcher.instance = instance.substr(0, most_instance);
    if (row->kind != LauncherKind::service_manager)
      add_namespaces_against_host(lineage, *launch);
  }
  if (launch->launcher.instance.empty() || (row->id == "kubernetes" && !place.pod_uid.empty()))
    launch->launcher.instance = (row->id == "kubernetes" ? place.pod_uid : instance).substr(0, most_instance);
  launch->has_cgroup = true;
  launch->launcher.evidence.push_back(evidence_of(place, lineage));
}

} // namespace

void add_cgroup_clues(const Lineage& lineage, FoundLaunchers& found) {
  const Process* const root = lineage.root();
  if (!root || !root->cgroups)
    return;
  const CgroupSight sight = cgroup_sight(*root->cgroups);
  for (const ContainerPlace& place : sight.places) {
    // A scope or slice is systemd's too, where it runs here.
    for (FoundLauncher& it : found)
      if (it.row->kind == LauncherKind::service_manager && !it.has_cgroup && !place.unit.empty() &&
          place.runtime != "systemd") {
        it.has_cgroup = true;
        it.launcher.evidence.push_back(evidence_of(place, lineage));
      }
    add_place(place, lineage, found);
  }
  for (FoundLauncher& it : found)
    if (it.has_cgroup && it.row->kind != LauncherKind::service_manager)
      for (const std::string& conflict : sight.conflicts)
        it.launcher.against.push_back("control groups name different containers: " + conflict);
}

} // namespace sbx
