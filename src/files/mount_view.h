// What does each mount of a process mean: its own, the host's, a door to the kernel or to a server?
#pragma once

#include "files/mount_tree.h"
#include "parse/path_spots.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sbx {

enum class MountClass {
  own,    // its file system is mounted nowhere on the host
  host,   // a file system of the host's
  pseudo, // made up by the kernel
  server, // another machine or a process answers
  socket, // one socket of the host's
  device, // one device node
};

std::string_view mount_class_name(MountClass its_class);

struct ViewedMount {
  const Mount* mount = nullptr;
  bool reached = false;
  bool writable = false;               // neither the mount nor its file system is read-only
  std::optional<MountClass> its_class; // nothing: the host's own mounts were not seen, or not all of them
  std::optional<bool> on_host;         // the same file system is mounted on the host
  // Where the host may have the same file: to be held against what stands there.
  std::vector<std::string> candidates;
  std::optional<std::string> host_path; // seen to be the same file
  bool engine_file = false;             // made by an engine for this container alone, as its path says
};

// The mounts of the host, as the inspector sees them.
class HostMounts {
public:
  // `mounts` must outlive it. `whole`: none is missing, so that one that is not there is not the host's.
  HostMounts(const std::vector<Mount>& mounts, bool whole);
  bool whole() const { return whole_; }
  const std::vector<Mount>* of(const Mount& mount) const; // of the same file system, at most 16
  bool shares_peers(std::uint64_t group) const { return groups_.contains(group); }

private:
  std::unordered_map<std::uint64_t, std::vector<Mount>> by_device_;
  std::set<std::uint64_t> groups_; // of shared mounts
  bool whole_;
};

// Without the host's mounts (null), nothing but what the kernel made up has a class. `in_host`: the mounts
// are those of the host's own namespace.
std::vector<ViewedMount> view_mounts(const MountTree& tree, const HostMounts* host, bool in_host);

// With what stands at the points and candidates: a socket or a device node, and where the host has it.
void hold_against(ViewedMount& view, const std::unordered_map<std::string, Spot>& target,
                  const std::unordered_map<std::string, Spot>& host);

// Whether a mount says the same as one above it: the host's tree, as it stands on the host.
bool continues(const ViewedMount& view, const ViewedMount& above);

} // namespace sbx
