// What do the target's mounts make of a path, as a lookup met it? proc_pid_mountinfo(5).
#pragma once

#include "parse/mountinfo.h"
#include "parse/path_walks.h"

#include <optional>
#include <string>
#include <vector>

namespace sbx {

bool is_missing(const PathWalk& walk);

// How runtimes mask a path: runc, crun and Podman bind /dev/null over a file and mount an empty tmpfs over a
// directory; systemd binds files without any permission.
enum class MountMask { null_device, empty, inaccessible, none, unclear };

// What the policy says of further paths.
struct OtherWishes {
  std::vector<std::string> writable;       // below them, a writable mount is no surprise
  std::vector<std::string> control_groups; // these are judged for themselves
};

class MountSight {
public:
  // Nothing where the path does not lead to a file, or its mount was not seen. All must outlive it.
  static std::optional<MountSight> of(const PathWalk& walk, const std::vector<Mount>& mounts,
                                      const OtherWishes& others);

  bool read_only() const; // its mount, or the file system
  bool mounted() const;   // a mount begins just there
  MountMask mask() const;
  bool holds_hierarchies() const; // a tmpfs, and mounts of control groups are on it: cgroups(7), version 1
  // Mounts below it that can be seen and are writable: points, escaped. Of the whole root: not /proc, /sys
  // and /dev, which are the kernel's own.
  std::vector<std::string> writable_below() const;
  // The same part of the same file system is mounted at the same point there.
  bool is_among(const std::vector<Mount>& mounts) const;
  std::string words() const; // "ext4 at /srv"

private:
  MountSight(const PathWalk& walk, const Mount& mount, const std::vector<Mount>& mounts,
             const OtherWishes& others)
      : walk_(&walk), mount_(&mount), mounts_(&mounts), others_(&others) {}
  bool covered(const Mount& mount) const; // another one is on the same point

  const PathWalk* walk_;
  const Mount* mount_; // that the file is on
  const std::vector<Mount>* mounts_;
  const OtherWishes* others_;
};

} // namespace sbx
