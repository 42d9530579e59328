#include "probes/filesystem_kernel.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "rules/kernel_paths.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <unordered_map>

namespace sbx {

namespace {

using Spots = std::unordered_map<std::string, tl::expected<Spot, int>>;
using Texts = std::vector<std::string>;

bool is_kernel_files(const Mount& mount) { return mount.type == "proc" || mount.type == "sysfs"; }

std::optional<Spots> ask(Witness& witness) {
  return witness.spots(kernel_file_paths())
      .match(
          [](const Seen<std::vector<PathSpot>>& seen) {
            Spots spots;
            for (const PathSpot& spot : seen.value())
              spots.insert_or_assign(spot.path, spot.found);
            return std::optional(std::move(spots));
          },
          [](const Gap&) { return std::optional<Spots>(); });
}

struct Covering {
  Claims masked = Claims::array(), unmasked = Claims::array();
  bool all_seen = true;
  Texts open; // words
};

Covering covering(const FilesystemSight& sight, const Spots& spots) {
  Covering found;
  for (const CoveredPath& row : covered_paths()) {
    const auto& spot = spots.at(std::string(row.path));
    if (!spot && (spot.error() == ENOENT || spot.error() == ENOTDIR))
      continue; // this kernel, or this procfs, has no such file
    const ViewedMount* view = spot ? sight.by_id(spot->mount) : nullptr;
    if (!view) {
      found.all_seen = false;
      continue;
    }
    if (!is_kernel_files(*view->mount))
      found.masked.push_back({{"path", row.path}, {"how", "hidden"}});
    else if (row.cover == Cover::read_only && !view->writable)
      found.masked.push_back({{"path", row.path}, {"how", "read-only"}});
    else {
      found.unmasked.push_back({{"path", row.path}, {"why", row.why}});
      found.open.push_back(fmt::format("{} ({})", row.path, row.why));
    }
  }
  return found;
}

void warn_of_uncovered(const Covering& found, std::optional<bool> root, std::vector<Warning>& warnings) {
  if (found.open.empty())
    return;
  warnings.push_back({"filesystem.unmasked", root == true ? Severity::medium : Severity::low,
                      "files of the kernel that container engines cover are open",
                      fmt::format("{}: {}", found.open.size(), some_of(found.open, 6)),
                      "cover them as Docker and Podman do: an empty tmpfs or /dev/null over the first, "
                      "read-only mounts over /proc/sys and its like"});
}

void warn_of_knobs(Witness& witness, const FilesystemSight& sight, const Spots& spots,
                   std::optional<bool> root, std::vector<Warning>& warnings) {
  if (root == false)
    return;
  const auto admin = holds_on_host(witness, "CAP_SYS_ADMIN");
  Texts writable;
  bool sure = root == true;
  for (const KernelKnob& knob : kernel_knobs()) {
    const auto& spot = spots.at(std::string(knob.path));
    const ViewedMount* view = spot ? sight.by_id(spot->mount) : nullptr;
    if (!view || !view->writable || view->its_class != MountClass::pseudo ||
        (knob.needs_sys_admin && admin == false))
      continue;
    sure = sure && (!knob.needs_sys_admin || admin == true);
    writable.push_back(fmt::format("{} ({})", knob.path, knob.why));
  }
  if (writable.empty())
    return;
  warnings.push_back(
      {"filesystem.kernel_settings", sure ? Severity::high : Severity::medium,
       sure ? "its mounts and its user let it write settings by which it takes or breaks the whole machine"
            : "its mounts let it write settings of the whole machine; whether its user may was not seen",
       some_of(writable, 4),
       "mount /proc/sys and /sys read-only, or map its root to another user of the host "
       "(user_namespaces(7)); other layers may refuse it: ask with sbx-attest can PID write PATH"});
}

void warn_of_mounts(Witness& witness, const FilesystemSight& sight, std::optional<bool> root,
                    std::vector<Warning>& warnings) {
  Texts groups, internals, processes;
  for (const ViewedMount& view : sight.views) {
    const std::string& type = view.mount->type;
    const std::string words = fmt::format("{} at {}", type, escaped(view.mount->point));
    if (!view.reached)
      continue;
    if ((type == "cgroup" || type == "cgroup2") && view.writable)
      groups.push_back(words);
    if (type == "debugfs" || type == "tracefs" || type == "bpf" || type == "securityfs" || type == "configfs")
      internals.push_back(words);
    if (type == "proc" && view.on_host == true)
      processes.push_back(words);
  }
  if (!groups.empty())
    warnings.push_back({"filesystem.cgroup_writable", root == true ? Severity::medium : Severity::low,
                        "control groups are mounted writable: it may lift limits that are set by them, "
                        "where their files let its user",
                        some_of(groups, 4), "mount them read-only"});
  if (!internals.empty())
    warnings.push_back({"filesystem.kernel_internals", root == true ? Severity::medium : Severity::low,
                        "internals of the kernel are mounted, which are made for its administrator alone",
                        some_of(internals, 4), "do not mount them in a sandbox"});
  if (!processes.empty() && target_ns(witness, "pid").initial == false)
    warnings.push_back({"filesystem.host_procfs", Severity::medium,
                        "its /proc is the host's: it sees processes outside its PID namespace",
                        some_of(processes, 4), "mount a procfs of its own PID namespace"});
}

} // namespace

std::vector<std::string> kernel_file_paths() {
  Texts paths;
  for (const CoveredPath& row : covered_paths())
    paths.emplace_back(row.path);
  for (const KernelKnob& knob : kernel_knobs())
    paths.emplace_back(knob.path);
  return paths;
}

void add_kernel_files(Witness& witness, const FilesystemSight& sight, bool warn, Finding& finding,
                      std::vector<Warning>& warnings) {
  const auto spots = ask(witness);
  if (!spots) {
    finding.claim("masked", nullptr).claim("unmasked", nullptr);
    return;
  }
  const Covering found = covering(sight, *spots);
  finding.claim("masked", found.masked.empty() && !found.all_seen ? Claims() : found.masked)
      .claim("unmasked", found.unmasked.empty() && !found.all_seen ? Claims() : found.unmasked);
  if (!warn)
    return;
  const auto root = is_host_root(witness);
  warn_of_knobs(witness, sight, *spots, root, warnings);
  warn_of_uncovered(found, root, warnings);
  warn_of_mounts(witness, sight, root, warnings);
}

} // namespace sbx
