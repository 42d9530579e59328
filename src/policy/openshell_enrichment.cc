#include "policy/openshell_enrichment.h"

#include "policy/landlock_words.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::array<std::string_view, 7> baseline_read_only{"/usr",     "/lib",  "/etc",        "/app",
                                                             "/var/log", "/proc", "/dev/urandom"};
constexpr std::array<std::string_view, 1> baseline_read_write{"/tmp"};
constexpr std::array<std::string_view, 2> gpu_read_only{"/run/nvidia-persistenced", "/usr/lib/wsl"};
constexpr std::array<std::string_view, 6> gpu_read_write{
    "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/dxg", "/proc"};
constexpr int most_gpus = 16; // one that is not there is dropped

class Adding {
public:
  explicit Adding(Policy& policy) : policy_(policy), paths_(policy.landlock->paths) {}

  void read_only(std::string_view path, std::string_view origin) {
    if (!named(path))
      add(path, "read_only", landlock_read_rights(), landlock_read_rights(), origin, true);
  }
  void read_write(std::string_view path, std::string_view origin, bool optional = true) {
    if (path == "/proc")
      std::erase_if(paths_, [](const Wish<PathWish>& wish) {
        return wish.value.path == "/proc" && wish.value.as == "read_only";
      });
    if (!named(path))
      add(path, "read_write", landlock_mask(LandlockKind::fs, 2), ~std::uint64_t{0}, origin, optional);
  }
  void workdir(const std::string& path, Mark mark) {
    const bool writable = std::ranges::any_of(paths_, [&](const Wish<PathWish>& wish) {
      return wish.value.path == path && wish.value.as == "read_write";
    });
    if (!writable)
      add(path, "read_write", landlock_mask(LandlockKind::fs, 2), ~std::uint64_t{0}, "workdir", false);
    if (!writable)
      paths_.back().place.mark = mark;
  }

private:
  bool named(std::string_view path) const {
    return std::ranges::any_of(paths_, [&](const Wish<PathWish>& wish) { return wish.value.path == path; });
  }
  void add(std::string_view path, std::string_view as, std::uint64_t access, std::uint64_t may,
           std::string_view origin, bool optional) {
    paths_.push_back({{std::string(path), std::string(as), access, may, optional},
                      {policy_.landlock->hard->place.file, {1, 1}},
                      std::string(origin)});
  }

  Policy& policy_;
  std::vector<Wish<PathWish>>& paths_;
};

} // namespace

void enrich_openshell_policy(Policy& policy, const Enrichment& enrichment, const EnrichmentGround& ground) {
  const Place start{policy.landlock->hard->place.file, {1, 1}};
  Adding adding(policy);
  if (enrichment.gpu) {
    for (const std::string_view path : gpu_read_write)
      adding.read_write(path, "gpu");
    for (int gpu = 0; gpu < most_gpus; ++gpu)
      adding.read_write(fmt::format("/dev/nvidia{}", gpu), "gpu");
    for (const std::string_view path : gpu_read_only)
      adding.read_only(path, "gpu");
  }
  if (enrichment.baseline && ground.has_network) {
    for (const std::string_view path : baseline_read_only)
      adding.read_only(path, "baseline");
    for (const std::string_view path : baseline_read_write)
      adding.read_write(path, "baseline");
  } else if (enrichment.baseline) {
    policy.notes.push_back(
        {"no baseline paths are added: OpenShell adds them only to a policy with network_policies", start,
         ""});
  }
  const Place workdir{start.file, ground.workdir};
  if (ground.include_workdir && enrichment.workdir)
    adding.workdir(*enrichment.workdir, ground.workdir);
  else if (ground.include_workdir)
    policy.notes.push_back(
        {"OpenShell also makes the working directory writable; which one it is, the file does not say",
         workdir, ""});
  else if (enrichment.workdir)
    policy.notes.push_back({"the working directory is not added: include_workdir is false", workdir, ""});
  policy.landlock->toplevel_layer = enrichment.toplevel;
}

} // namespace sbx
