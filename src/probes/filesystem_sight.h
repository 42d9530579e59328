// What was seen of the target's root and mounts, put together for all that is said of them?
#pragma once

#include "files/mount_view.h"
#include "files/root_view.h"
#include "probes/target_ns.h"
#include "probes/witness.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sbx {

struct FilesystemSight {
  TargetNs ns; // of mounts
  RootView root;
  std::optional<Gap> root_gap;    // why its kind was not seen
  std::optional<Roots> roots;     // `root` points into it
  std::vector<ViewedMount> views; // of the witness's mounts
  std::optional<Gap> mounts_gap;  // they were not seen at all
  // Why what is not in the list, or not told to be the host's, may be so all the same.
  std::optional<Gap> not_whole;
  std::optional<HostMounts> host;
  const ViewedMount* root_view = nullptr; // of the mount that the weakest thread's root is on, where listed
  std::unordered_map<std::string, Spot> spots; // what stands at paths of the target's that were asked about
  bool in_host() const { return ns.initial == true && !ns.differs; }
  const ViewedMount* by_id(std::uint64_t id) const;

private:
  friend void see_files(Witness& witness, FilesystemSight& sight);
  std::unordered_map<std::uint64_t, std::size_t> index_;
};

void see_files(Witness& witness, FilesystemSight& sight); // in place: parts of it point into others

// A capability that a thread has, or can take up: true where one has, false where none has, nothing where
// that was not seen.
std::optional<bool> holds_capability(Witness& witness, std::string_view name);
std::optional<bool> holds_on_host(Witness& witness, std::string_view name); // in the initial user namespace

// Whether a thread's user is root as the host numbers users.
std::optional<bool> is_host_root(Witness& witness);

} // namespace sbx
