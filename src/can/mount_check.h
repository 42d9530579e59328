// Do the mounts on the way allow it? Read-only, noexec, nodev, nosymfollow: mount(2), mount_setattr(2).
#pragma once

#include "can/permission_check.h"
#include "can/world.h"

namespace sbx {

const Mount* mount_of(const World& world, const WalkStep& step); // null when it was not seen

// Answer::yes where the mount, or that which was not seen, may number ids by a table of its own.
Answer is_idmapped(const World& world, const WalkStep& step);

Check writable(const World& world, const WalkStep& step,
               const std::string& name);                       // neither mount nor file system ro
Check executable(const World& world, const WalkStep& step);    // not noexec
Check opens_devices(const World& world, const WalkStep& step); // not nodev
Check follows_links(const World& world, const PathWalk& walk); // none of them nosymfollow

} // namespace sbx
