#include "can/mount_check.h"

#include "core/escape.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

bool has(const std::vector<std::string>& options, std::string_view name) {
  return std::find(options.begin(), options.end(), name) != options.end();
}

Check unseen(const World& world, const std::string& name) {
  return {Answer::unknown, world.mounts
                               ? fmt::format("the mount of {} is not in the target's mountinfo", name)
                               : "the mounts were not seen: " + world.mounts.error().detail};
}

std::string where(const Mount& mount) {
  return fmt::format("{} ({})", escaped(mount.point, 80), escaped(mount.type, 32));
}

} // namespace

const Mount* mount_of(const World& world, const WalkStep& step) {
  if (!world.mounts)
    return nullptr;
  for (const auto* mounts : {&*world.mounts, &world.more_mounts}) {
    const auto found = std::find_if(mounts->begin(), mounts->end(),
                                    [&](const Mount& mount) { return mount.id == step.mount; });
    if (found != mounts->end())
      return &*found;
  }
  return nullptr;
}

Answer is_idmapped(const World& world, const WalkStep& step) {
  const Mount* mount = mount_of(world, step);
  return !mount ? Answer::unknown : has(mount->options, "idmapped") ? Answer::yes : Answer::no;
}

Check writable(const World& world, const WalkStep& step, const std::string& name) {
  const Mount* mount = mount_of(world, step);
  if (!mount)
    return unseen(world, name);
  if (has(mount->options, "ro"))
    return {Answer::no, where(*mount) + " is mounted read-only"};
  if (has(mount->super_options, "ro"))
    return {Answer::no, "the file system at " + where(*mount) + " is read-only"};
  return {Answer::yes, where(*mount) + " is mounted read-write"};
}

Check executable(const World& world, const WalkStep& step) {
  const Mount* mount = mount_of(world, step);
  if (!mount)
    return unseen(world, "the program");
  if (has(mount->options, "noexec"))
    return {Answer::no, where(*mount) + " is mounted noexec"};
  return {Answer::yes, where(*mount) + " is not mounted noexec"};
}

Check opens_devices(const World& world, const WalkStep& step) {
  const Mount* mount = mount_of(world, step);
  if (!mount)
    return unseen(world, "the device");
  if (has(mount->options, "nodev"))
    return {Answer::no, where(*mount) + " is mounted nodev"};
  return {Answer::yes, where(*mount) + " is not mounted nodev"};
}

Check follows_links(const World& world, const PathWalk& walk) {
  Check check;
  for (const WalkLink& link : walk.links) {
    const Mount* mount = mount_of(world, link.link);
    if (!mount)
      check.and_then(unseen(world, "a link on the way"));
    else if (has(mount->options, "nosymfollow"))
      check.and_then({Answer::no, where(*mount) + " is mounted nosymfollow, and a link stands on the way"});
  }
  return check;
}

} // namespace sbx
