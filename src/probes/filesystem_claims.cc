#include "probes/filesystem_claims.h"

#include "core/escape.h"
#include "files/propagation.h"
#include "rules/mount_types.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace sbx {

namespace {

constexpr std::array<std::string_view, 18> system_directories{
    "/",     "/bin",  "/boot", "/dev",  "/etc", "/home", "/lib", "/lib64", "/opt",
    "/proc", "/root", "/run",  "/sbin", "/srv", "/sys",  "/usr", "/var",   "/var/lib"};

Claims optional_text(const std::optional<std::string>& text) {
  return text ? Claims(escaped(*text, 4096)) : Claims();
}

Claims optional_flag(std::optional<bool> flag) { return flag ? Claims(*flag) : Claims(); }

Claims class_claim(const std::optional<MountClass>& its_class) {
  return its_class ? Claims(mount_class_name(*its_class)) : Claims();
}

// What a procfs hides: proc(5).
std::string proc_options(const Mount& mount) {
  std::vector<std::string> shown;
  for (const std::string& option : mount.super_options)
    if (option.starts_with("hidepid=") || option.starts_with("subset="))
      shown.push_back(option);
  return shown.empty() ? std::string() : fmt::format("; {}", fmt::join(shown, ", "));
}

std::string meaning(const ViewedMount& view, const FilesystemSight& sight) {
  const MountType type = mount_type(view.mount->type);
  if (view.engine_file)
    return "made by a container engine for this container alone, as its path says";
  if (&view == sight.root_view)
    return "its root directory";
  if (!view.its_class)
    return std::string(type.meaning);
  switch (*view.its_class) {
  case MountClass::own:
  case MountClass::server:
    return std::string(type.meaning);
  case MountClass::pseudo:
    return std::string(type.meaning) + (view.mount->type == "proc" ? proc_options(*view.mount) : "") +
           (view.mount->type == "proc" && view.on_host == true && !sight.in_host() ? "; the host's own" : "");
  case MountClass::host:
    return sight.in_host()  ? std::string(type.meaning)
           : view.host_path ? fmt::format("the host's {}", escaped(*view.host_path, 4096))
                            : "a file system of the host's, under no name that was found there";
  case MountClass::socket:
    return "a socket of the host's: whoever listens there answers";
  case MountClass::device:
    return "a device node";
  }
  return {};
}

Claims mount_claim(const ViewedMount& view, const FilesystemSight& sight) {
  const Mount& mount = *view.mount;
  Claims claim = Claims::object(); // member by member: a list of them would be copied, for each of thousands
  claim["point"] = escaped(mount.point, 4096);
  claim["type"] = escaped(mount.type, 64);
  claim["source"] = escaped(mount.source);
  claim["class"] = class_claim(view.its_class);
  claim["writable"] = view.writable;
  claim["covered"] = !view.reached;
  claim["host_path"] = optional_text(view.host_path);
  claim["meaning"] = meaning(view, sight);
  claim["propagation"] = propagation_words(propagation_of(mount));
  claim["engine_file"] = view.engine_file;
  return claim;
}

bool is_of_host(const ViewedMount& view, const FilesystemSight& sight) {
  return view.reached && view.its_class == MountClass::host && !view.engine_file && &view != sight.root_view;
}

// By points: with whom what is mounted there is shared.
Claims propagation_claim(const FilesystemSight& sight) {
  Claims both = Claims::array(), in = Claims::array();
  std::size_t shared = 0, slave = 0;
  for (const ViewedMount& view : sight.views) {
    const Propagation propagation = propagation_of(*view.mount);
    shared += propagation.shared ? 1 : 0;
    slave += propagation.master ? 1 : 0;
    const auto of_host = [&](const std::optional<std::uint64_t>& group) {
      return group && sight.host && sight.host->shares_peers(*group);
    };
    if (of_host(propagation.shared))
      both.push_back(escaped(view.mount->point, 4096));
    else if (of_host(propagation.master))
      in.push_back(escaped(view.mount->point, 4096));
  }
  const bool told = sight.host && !sight.not_whole;
  return {{"shared", shared},
          {"slave", slave},
          {"shared_with_host", both.empty() && !told ? Claims() : both},
          {"received_from_host", in.empty() && !told ? Claims() : in}};
}

// Chromium's chroot is a directory of procfs: nothing can be made there.
bool stores_files(const FilesystemSight& sight) {
  constexpr std::uint64_t proc = 0x9fa0, sysfs = 0x62656572; // statfs(2)
  const TaskRoot* weakest = sight.root.weakest;
  return !weakest || !weakest->root || (weakest->root->magic != proc && weakest->root->magic != sysfs);
}

Claims points_claim(const std::vector<std::string>& points, bool whole) {
  if (points.empty() && !whole)
    return nullptr;
  Claims claim = Claims::array();
  for (const std::string& point : points)
    claim.push_back(escaped(point, 4096));
  return claim;
}

} // namespace

std::optional<std::string> root_host_path(const FilesystemSight& sight) {
  if (sight.root.kind == RootKind::host)
    return "/";
  const RootSpot* root =
      sight.root.weakest && sight.root.weakest->root ? &*sight.root.weakest->root : nullptr;
  if (sight.root.kind == RootKind::chroot && sight.in_host() && root && !root->path.empty() && sight.host)
    return root->path;
  return sight.root_view && root && root->above == 0U ? sight.root_view->host_path : std::nullopt;
}

bool root_is_of_host(const FilesystemSight& sight) {
  if (sight.root.kind == RootKind::host || sight.in_host())
    return true;
  const auto path = root_host_path(sight);
  return path &&
         std::find(system_directories.begin(), system_directories.end(), *path) != system_directories.end();
}

HostWritable host_writable(const FilesystemSight& sight) {
  HostWritable found;
  found.gap = sight.mounts_gap ? sight.mounts_gap : sight.not_whole;
  if (!found.gap && !sight.root.kind)
    found.gap = sight.root_gap;
  if (root_is_of_host(sight) && stores_files(sight)) {
    if (sight.root.read_only == false)
      found.points.emplace_back("/");
    else if (!sight.root.read_only && !found.gap)
      found.gap = sight.root_gap.value_or(Gap{GapKind::not_attempted, std::string(source::target_roots.name),
                                              "whether every thread's root is read-only was not seen"});
  }
  std::set<std::string_view> known(found.points.begin(), found.points.end());
  for (const ViewedMount& view : sight.views)
    if (view.writable && is_of_host(view, sight) && known.insert(view.mount->point).second)
      found.points.push_back(view.mount->point);
  return found;
}

std::string root_words(const FilesystemSight& sight, std::optional<bool> escapable) {
  if (!sight.root.kind)
    return "its root was not seen";
  const auto path = root_host_path(sight);
  std::string words;
  switch (*sight.root.kind) {
  case RootKind::host:
    words = "the host's root directory";
    break;
  case RootKind::chroot:
    words = "a chroot" + (path ? fmt::format(" in {}", escaped(*path)) : std::string()) +
            (escapable == true ? ", which it can leave (CAP_SYS_CHROOT)" : "");
    break;
  case RootKind::pivoted:
    words =
        "its own root" +
        (sight.root_view ? fmt::format(" ({})", escaped(sight.root_view->mount->type, 64)) : std::string());
    break;
  }
  return words + (sight.root.read_only == true    ? ", read-only"
                  : sight.root.read_only == false ? ", writable"
                                                  : "");
}

Claims root_claim(const FilesystemSight& sight, std::optional<bool> escapable) {
  const ViewedMount* view = sight.root_view;
  const bool chrooted = sight.root.kind == RootKind::chroot;
  return {{"kind", sight.root.kind ? Claims(root_kind_name(*sight.root.kind)) : Claims()},
          {"type", view ? Claims(escaped(view->mount->type, 64)) : Claims()},
          {"source", view ? Claims(escaped(view->mount->source)) : Claims()},
          {"read_only", optional_flag(sight.root.read_only)},
          {"host_path", optional_text(root_host_path(sight))},
          {"mount_namespace", sight.ns.initial ? Claims(*sight.ns.initial ? "host" : "own") : Claims()},
          {"escapable", chrooted          ? optional_flag(escapable)
                        : sight.root.kind ? Claims(false)
                                          : Claims()},
          {"cwd_outside", optional_flag(sight.root.cwd_outside)},
          {"differs", sight.root.differs || sight.ns.differs}};
}

void claim_mounts(Finding& finding, const FilesystemSight& sight, const HostWritable& writable) {
  if (sight.mounts_gap) {
    for (const char* name : {"mounts", "host_mounts", "propagation"})
      finding.claim(name, nullptr);
    finding.claim("host_writable", points_claim(writable.points, false));
    return;
  }
  Claims mounts = Claims::array();
  std::vector<std::string> of_host;
  for (const ViewedMount& view : sight.views) {
    mounts.push_back(mount_claim(view, sight));
    if (is_of_host(view, sight))
      of_host.push_back(view.mount->point);
  }
  finding.claim("mounts", std::move(mounts))
      .claim("host_mounts", points_claim(of_host, !sight.not_whole))
      .claim("host_writable", points_claim(writable.points, !writable.gap))
      .claim("propagation", propagation_claim(sight));
}

} // namespace sbx
