#include "kernel/landlock_calibration.h"

#include "core/errno_name.h"
#include "kernel/landlock_child.h"
#include "kernel/landlock_offset.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace sbx {

namespace {

constexpr std::size_t children = 3, least_layers = 2, most_layers = 4;
constexpr std::uint64_t fs_make_char = 1 << 6; // in every layer: an empty mask would be refused

struct ChildPlan {
  std::array<HandledMasks, most_layers> layers;
  std::uint64_t layer_count, rule_count;
};

tl::expected<std::array<ChildPlan, children>, Refusal> random_plans(int abi) {
  std::array<ChildPlan, children> plans;
  if (getrandom(plans.data(), sizeof plans, 0) != static_cast<ssize_t>(sizeof plans))
    return tl::unexpected<Refusal>(Refusal{errno, "getrandom: " + errno_name(errno)});
  const HandledMasks known = known_landlock_rights(abi);
  for (ChildPlan& plan : plans) {
    for (HandledMasks& layer : plan.layers)
      layer = {(layer.fs & known.fs) | fs_make_char, layer.net & known.net, layer.scoped & known.scoped};
    plan.layer_count = least_layers + plan.layer_count % (most_layers - least_layers + 1);
  }
  return plans;
}

// Directories that are there on nearly every machine, each inode once: a rule for each is one rule.
std::vector<Fd> rule_paths() {
  std::vector<Fd> paths;
  std::vector<std::pair<dev_t, ino_t>> known;
  for (const char* path : {"/", "/proc", "/sys", "/dev", "/tmp", "/usr", "/etc"}) {
    Fd fd(open(path, O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status))
      continue;
    const std::pair inode(status.st_dev, status.st_ino);
    bool twice = false;
    for (const auto& other : known)
      twice = twice || other == inode;
    if (!twice) {
      known.push_back(inode);
      paths.push_back(std::move(fd));
    }
  }
  return paths;
}

tl::expected<std::uint32_t, Refusal> calibrate(LandlockProgram& program, const landlock_layout& layout,
                                               int abi) {
  const auto plans = random_plans(abi);
  if (!plans)
    return tl::unexpected<Refusal>(plans.error());
  std::vector<LandlockChild> started; // the plain one first
  for (std::size_t i = 0; i <= children; ++i) {
    std::vector<HandledMasks> layers;
    std::vector<Fd> paths;
    if (i > 0) {
      const ChildPlan& plan = (*plans)[i - 1];
      layers.assign(plan.layers.begin(), plan.layers.begin() + static_cast<long>(plan.layer_count));
      paths = rule_paths();
      paths.resize(plan.rule_count % (paths.size() + 1));
    }
    auto child = LandlockChild::start(std::move(layers), paths, abi);
    if (!child)
      return tl::unexpected<Refusal>(child.error());
    started.push_back(std::move(*child));
  }
  Calibration calibration;
  for (std::size_t i = 0; i <= children; ++i) {
    if (const auto ready = started[i].wait_ready(); !ready)
      return tl::unexpected<Refusal>(ready.error());
    auto slots = program.slots(started[i].pidfd());
    if (!slots)
      return tl::unexpected<Refusal>(slots.error());
    if (i == 0)
      calibration.plain = std::move(*slots);
    else
      calibration.children.push_back({started[i].layers(), started[i].rules(), std::move(*slots)});
  }
  const Fd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  auto slots = program.slots(self.get());
  if (!slots)
    return tl::unexpected<Refusal>(slots.error());
  calibration.self = std::move(*slots);
  const auto offset = match_offset(layout, calibration);
  if (!offset)
    return tl::unexpected<Refusal>(Refusal{ENXIO, offset.error()});
  return *offset;
}

} // namespace

tl::expected<LandlockOffset, Refusal> find_landlock_offset(LandlockProgram& program,
                                                           const landlock_layout& layout, int abi) {
  return agreed_offset(program.symbol_offset(), calibrate(program, layout, abi));
}

} // namespace sbx
