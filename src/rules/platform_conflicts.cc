#include "rules/platform_conflicts.h"

#include "rules/platform_signs.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sbx {

namespace {

// Of each group only one can be true. Which evidence counts: what is of another origin may well say another
// thing (an image of one distribution on the kernel of another).
struct Group {
  std::string_view id, text;
  std::array<std::string_view, 4> kinds; // of evidence
  std::array<std::string_view, 14> members;
};

constexpr std::array groups{
    Group{"kernels",
          "the kernel's release and version are those of more than one",
          {"kernel"},
          {"linuxkit", "wsl2", "orbstack", "talos", "flatcar", "al2023", "proxmox", "raspberry_pi", "kata",
           "gvisor", "libkrun", "debian", "ubuntu", "fedora"}},
    Group{"hypervisors",
          "the processor announces more than one hypervisor",
          {"cpuid", "cpuinfo", "device_tree"},
          {"kvm", "qemu_tcg", "hyperv", "vmware", "virtualbox", "bhyve", "xen", "acrn", "parallels", "uml"}},
    Group{"monitors",
          "firmware and devices are those of more than one monitor",
          {"acpi", "dmi", "device"},
          {"firecracker", "qemu", "cloud_hypervisor", "crosvm", "vmware", "virtualbox", "parallels", "apple",
           "bhyve", "hyperv"}},
    Group{"services",
          "the environment names more than one service",
          {"environ"},
          {"github_runner", "lambda", "ecs"}},
    Group{"markers", "marker files of more than one runtime", {"marker"}, {"docker_marker", "podman_marker"}},
};

// On which hypervisor a monitor can be: what the processor announces to its guests.
struct Below {
  std::string_view monitor;
  std::array<std::string_view, 5> hypervisors;
};
constexpr std::array belows{
    Below{"firecracker", {"kvm"}},
    Below{"qemu", {"kvm", "qemu_tcg", "xen", "hyperv", "acrn"}},
    Below{"cloud_hypervisor", {"kvm", "hyperv"}},
    Below{"crosvm", {"kvm"}},
    Below{"vmware", {"vmware", "hyperv"}},
    Below{"virtualbox", {"virtualbox", "kvm", "hyperv"}},
    Below{"parallels", {"parallels", "hyperv", "kvm"}},
    Below{"bhyve", {"bhyve"}},
    Below{"hyperv", {"hyperv", "kvm"}},
};

template <class List> bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

const PlatformEvidence* evidence_of(const PlatformHint& hint, const Group& group) {
  if (!has(group.members, hint.id))
    return nullptr;
  const auto found = std::find_if(hint.all.begin(), hint.all.end(), [&](const PlatformEvidence& it) {
    return has(group.kinds, evidence_kind(it.where));
  });
  return found == hint.all.end() ? nullptr : &*found;
}

struct Said {
  const PlatformHint* hint;
  std::string words;
};

std::vector<Said> said_by(const std::vector<PlatformHint>& hints, const Group& group) {
  std::vector<Said> found;
  for (const PlatformHint& hint : hints)
    if (const PlatformEvidence* evidence = evidence_of(hint, group))
      found.push_back({&hint, evidence->words});
  return found;
}

PlatformConflict conflict(std::string_view id, std::string text, const std::vector<Said>& said) {
  PlatformConflict made{std::string(id), std::move(text), {}};
  for (const Said& it : said)
    made.evidence.push_back(fmt::format("{}: {}", it.hint->name, it.words));
  return made;
}

// A monitor with which none of the hypervisors goes that the processor announces.
void add_below(const std::vector<PlatformHint>& hints, std::vector<PlatformConflict>& found) {
  const auto announced = said_by(hints, groups[1]), monitors = said_by(hints, groups[2]);
  for (const Said& monitor : monitors) {
    const auto* row = std::find_if(belows.begin(), belows.end(),
                                   [&](const Below& it) { return it.monitor == monitor.hint->id; });
    if (row == belows.end() || announced.empty() ||
        std::any_of(announced.begin(), announced.end(),
                    [&](const Said& below) { return has(row->hypervisors, below.hint->id); }))
      continue;
    found.push_back(conflict("hypervisors",
                             fmt::format("firmware and devices are those of {}, the processor announces {}",
                                         monitor.hint->name, announced.front().hint->name),
                             {monitor, announced.front()}));
  }
}

// Where LXD's agent runs in a virtual machine it has its socket there, so that one proves nothing.
bool is_marker(const PlatformHint& hint) {
  return hint.kind == "container" && hint.id != "lxd" && hint.rests_on("marker");
}

} // namespace

std::vector<PlatformConflict> platform_conflicts(const std::vector<PlatformHint>& hints,
                                                 std::optional<bool> initial_mnt) {
  std::vector<PlatformConflict> found;
  for (const Group& group : groups)
    if (const auto said = said_by(hints, group); said.size() > 1)
      found.push_back(conflict(group.id, std::string(group.text), said));
  add_below(hints, found);
  if (initial_mnt != true)
    return found;
  PlatformConflict stray{"marker_in_initial_namespaces",
                         "a marker says container, and yet this is the machine's initial mount namespace",
                         {}};
  for (const PlatformHint& hint : hints)
    for (const PlatformEvidence& it : hint.all)
      if (is_marker(hint) && it.where == "marker" && !has(stray.evidence, it.words))
        stray.evidence.push_back(it.words);
  if (!stray.evidence.empty()) {
    stray.evidence.emplace_back("the inspector lives in the initial mount namespace");
    found.push_back(std::move(stray));
  }
  return found;
}

} // namespace sbx
