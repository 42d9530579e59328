#include "launchers/found_launchers.h"

#include "core/escape.h"

#include <algorithm>
#include <fmt/core.h>
#include <functional>

namespace sbx {

namespace {

constexpr std::size_t most_shown = 120;

struct SightClue {
  std::vector<LauncherEvidence> evidence;
  bool names_it = false; // not only fits a launcher that is known otherwise
};

std::optional<std::string> first_fitting(const std::vector<std::string_view>& patterns,
                                         const std::optional<std::vector<std::string>>& texts) {
  if (texts)
    for (const std::string& text : *texts)
      if (fits_any(patterns, text))
        return text;
  return std::nullopt;
}

// "key=value", or the pattern of a key.
std::optional<std::string> label_of(const LauncherRow& row, const LauncherSight& sight) {
  if (sight.container_labels)
    for (const auto& [key, value] : *sight.container_labels)
      for (const std::string_view wanted : row.labels)
        if (wanted.find('=') == wanted.npos ? fits(wanted, key) : wanted == key + "=" + value)
          return key;
  return std::nullopt;
}

SightClue clue_of(const LauncherRow& row, const LauncherSight& sight) {
  SightClue clue;
  const auto add = [&](EvidenceKind kind, std::string_view before, std::string_view text, bool names_it) {
    clue.evidence.push_back({kind, true, std::string(before) + escaped(text, most_shown)});
    clue.names_it |= names_it;
  };
  if (const auto marker = first_fitting(row.markers, sight.markers))
    add(EvidenceKind::marker, "its root holds ", *marker, true);
  if (const auto variable = first_fitting(row.variables, sight.variables))
    add(EvidenceKind::environment, "its environment has ", *variable, true);
  if (sight.container_variable && !sight.container_variable->empty() && !row.container_variable.empty() &&
      fits(row.container_variable, *sight.container_variable))
    add(EvidenceKind::environment, "its environment says container=", *sight.container_variable, true);
  if (const auto label = label_of(row, sight))
    add(EvidenceKind::label, "the runtime says that its container has the label ", *label, true);
  if (sight.container_name && fits_any(row.container_names, *sight.container_name))
    add(EvidenceKind::label, "the runtime calls its container ", *sight.container_name, true);
  if (sight.lsm_label && fits_any(row.lsm_labels, *sight.lsm_label))
    add(EvidenceKind::label, "its label is ", *sight.lsm_label, row.id == "snap");
  if (sight.seccomp_profile && fits_any(row.profiles, *sight.seccomp_profile))
    add(EvidenceKind::filter, "its filter is the profile ", *sight.seccomp_profile, false);
  if (row.overlay_root && sight.overlay_root.value_or(false))
    add(EvidenceKind::mounts, "its root is an overlay", "", false);
  if (row.new_root_traces && sight.new_root_traces.value_or(false))
    add(EvidenceKind::mounts, "its mounts were made from /newroot or /oldroot", "", false);
  return clue;
}

// What speaks against a launcher that only files and variables of the sandbox name.
std::vector<std::string> contradictions(const LauncherRow& row, const Lineage& lineage,
                                        const FoundLaunchers& found) {
  std::vector<std::string> against;
  for (const std::string_view kind : row.own_ns)
    if (lineage.root() && lineage.in_host_ns(*lineage.root(), std::string(kind)) == true)
      against.push_back(fmt::format("it lives in the host's {} namespace", kind));
  if (row.kind == LauncherKind::container_runtime && row.id != "kubernetes")
    for (const FoundLauncher& it : found)
      if (it.row->kind == LauncherKind::container_runtime && it.launcher.evidence.size() > 1 &&
          it.row->id != "kubernetes")
        against.push_back(fmt::format("{} started it", it.row->name));
  return against;
}

} // namespace

void add_sight_clues(const Lineage& lineage, const LauncherSight& sight, FoundLaunchers& found) {
  FoundLaunchers hints;
  for (const LauncherRow& row : launcher_rows()) {
    SightClue clue = clue_of(row, sight);
    if (clue.evidence.empty())
      continue;
    const auto known =
        std::find_if(found.rbegin(), found.rend(), [&](const FoundLauncher& it) { return it.row == &row; });
    // Rootful and rootless Podman leave the same marks: where one is found, they are its own.
    const bool other_owner =
        known == found.rend() && row.owner != LauncherRow::Owner::any &&
        std::any_of(found.begin(), found.end(), [&](const FoundLauncher& it) {
          return it.row->owner != LauncherRow::Owner::any && it.row->cgroups == row.cgroups;
        });
    if (known == found.rend() && (!clue.names_it || other_owner))
      continue;
    FoundLauncher* launch = known == found.rend() ? nullptr : &*known;
    if (!launch) {
      launch = &hints.emplace_back();
      launch->row = &row;
      launch->launcher.against = contradictions(row, lineage, found);
    }
    for (LauncherEvidence& it : clue.evidence)
      launch->launcher.evidence.push_back(std::move(it));
  }
  for (FoundLauncher& it : hints) {
    const bool twin = std::any_of(hints.begin(), hints.end(), [&](const FoundLauncher& other) {
      return &other < &it && other.row->owner != LauncherRow::Owner::any &&
             other.row->cgroups == it.row->cgroups;
    });
    if (!twin)
      found.push_back(std::move(it));
  }
}

} // namespace sbx
