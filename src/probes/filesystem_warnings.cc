#include "probes/filesystem_warnings.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "files/propagation.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace sbx {

namespace {

using Texts = std::vector<std::string>;

// Who may write here is on the way to the rest of the host.
constexpr std::array<std::string_view, 14> sensitive{"/",     "/bin", "/boot", "/dev",           "/etc",
                                                     "/home", "/lib", "/root", "/sbin",          "/run",
                                                     "/sys",  "/usr", "/var",  "/var/lib/docker"};

bool is_sensitive(const std::string& host_path) {
  return std::find(sensitive.begin(), sensitive.end(), host_path) != sensitive.end();
}

void warn_of_root(const FilesystemSight& sight, std::optional<bool> escapable,
                  std::vector<Warning>& warnings) {
  if (sight.root.kind == RootKind::chroot && escapable != false)
    warnings.push_back(
        {"filesystem.chroot_escape", escapable ? Severity::high : Severity::medium,
         escapable ? "a thread has CAP_SYS_CHROOT, with which every chroot is left (chroot(2))"
                   : "whether a thread has CAP_SYS_CHROOT, with which every chroot is left, was not seen",
         "the root directory is a chroot; the capability counts in whatever user namespace it is held",
         "drop CAP_SYS_CHROOT, or use pivot_root(2) in a mount namespace of its own"});
  if (sight.root.cwd_outside == true) {
    Texts threads;
    for (const std::int64_t tid : sight.root.outside)
      threads.push_back(std::to_string(tid));
    warnings.push_back({"filesystem.cwd_outside", Severity::high,
                        "the working directory of a thread is not below its root: relative paths lead out",
                        "threads " + some_of(threads), "chdir(2) into the new root before anything is run"});
  }
}

void warn_of_writable(const FilesystemSight& sight, const HostWritable& writable,
                      std::vector<Warning>& warnings) {
  if (writable.points.empty())
    return;
  bool high = false;
  std::map<std::string_view, const ViewedMount*> by_point;
  for (const ViewedMount& view : sight.views)
    if (view.reached)
      by_point[view.mount->point] = &view;
  for (const std::string& point : writable.points) {
    const auto it = by_point.find(point);
    high = high || (point == "/" && root_is_of_host(sight)) ||
           (it != by_point.end() && it->second->host_path && is_sensitive(*it->second->host_path));
  }
  warnings.push_back(
      {"filesystem.host_writable", high ? Severity::high : Severity::medium,
       high ? "directories of the host's system are mounted writable"
            : "files of the host are mounted writable: what it changes there stays",
       fmt::format("{}: {}", writable.points.size(), some_of(outermost(sight, writable.points), 6)),
       "mount them read-only, or only the directory that it works in"});
}

void warn_of_propagation(Witness& witness, const FilesystemSight& sight, std::vector<Warning>& warnings) {
  Texts points;
  for (const ViewedMount& view : sight.views)
    if (const auto group = propagation_of(*view.mount).shared;
        group && sight.host && sight.host->shares_peers(*group))
      points.push_back(escaped(view.mount->point));
  if (points.empty() || sight.in_host())
    return;
  const auto mounts = holds_capability(witness, "CAP_SYS_ADMIN");
  warnings.push_back({"filesystem.shared_with_host", mounts == false ? Severity::low : Severity::high,
                      "what is mounted there appears on the host too (mount_namespaces(7))",
                      fmt::format("{} shared mounts: {}", points.size(), some_of(points, 6)),
                      "make them private: mount --make-rprivate /"});
}

void warn_of_servers(const FilesystemSight& sight, std::vector<Warning>& warnings) {
  Texts points;
  for (const ViewedMount& view : sight.views)
    if (view.reached && view.its_class == MountClass::server && &view != sight.root_view)
      points.push_back(fmt::format("{} at {}{}", escaped(view.mount->type, 64), escaped(view.mount->point),
                                   view.writable ? "" : ", read-only"));
  if (!points.empty())
    warnings.push_back({"filesystem.server", Severity::info,
                        "files that a server or a process answers for: each access is a message to it",
                        fmt::format("{}: {}", points.size(), some_of(points, 6)),
                        "mount them only where they are needed"});
}

void warn_of_modules(Witness& witness, std::vector<Warning>& warnings) {
  if (holds_on_host(witness, "CAP_SYS_MODULE") != true)
    return;
  const bool there =
      witness.spots({module_directories.begin(), module_directories.end()})
          .match(
              [](const Seen<std::vector<PathSpot>>& seen) {
                return std::any_of(seen.value().begin(), seen.value().end(),
                                   [](const PathSpot& spot) { return spot.found.has_value(); });
              },
              [](const Gap&) { return false; });
  warnings.push_back({"filesystem.kernel_modules", Severity::high,
                      "a thread may load modules into the kernel (CAP_SYS_MODULE)",
                      there ? "/lib/modules is there, too" : "/lib/modules was not seen; any file will do",
                      "drop CAP_SYS_MODULE"});
}

} // namespace

std::vector<std::string> outermost(const FilesystemSight& sight, const std::vector<std::string>& points) {
  std::map<std::string_view, const ViewedMount*> by_point;
  for (const ViewedMount& view : sight.views)
    if (view.reached)
      by_point[view.mount->point] = &view;
  const auto continues_it = [&](const std::string& point, const std::string& above) {
    if (sight.in_host())
      return true;
    const auto self = by_point.find(point), other = by_point.find(above);
    return self != by_point.end() && other != by_point.end() && continues(*self->second, *other->second);
  };
  struct Place {
    const std::string* point;
    std::size_t outer; // the place that it continues; itself where none
    std::size_t below = 0;
  };
  std::vector<Place> places;
  places.reserve(points.size());
  for (const std::string& point : points)
    places.push_back({&point, 0});
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return path_before(*a.point, *b.point); });
  std::vector<std::size_t> above; // each below the one before it
  for (std::size_t i = 0; i < places.size(); ++i) {
    while (!above.empty() && !is_below(*places[i].point, *places[above.back()].point))
      above.pop_back();
    const bool inner = !above.empty() && continues_it(*places[i].point, *places[above.back()].point);
    places[i].outer = inner ? places[above.back()].outer : i;
    places[places[i].outer].below += inner ? 1 : 0;
    above.push_back(i);
  }
  Texts shown;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i].outer == i) {
      const std::string words = escaped(*places[i].point);
      shown.push_back(
          places[i].below == 0 ? words : fmt::format("{} (and {} mounts below it)", words, places[i].below));
    }
  return shown;
}

void add_ways_out(Witness& witness, const FilesystemSight& sight, const HostWritable& writable, bool warn,
                  std::optional<bool> escapable, std::vector<Warning>& warnings) {
  warn_of_root(sight, escapable, warnings);
  if (!warn)
    return;
  warn_of_writable(sight, writable, warnings);
  warn_of_propagation(witness, sight, warnings);
  warn_of_servers(sight, warnings);
  warn_of_modules(witness, warnings);
}

} // namespace sbx
