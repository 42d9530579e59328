// Which of a namespace's mounts can be reached by a path, and is the list of them whole? mount_namespaces(7).
#pragma once

#include "parse/mountinfo.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sbx {

class MountTree {
public:
  // `mounts` must outlive it.
  explicit MountTree(const std::vector<Mount>& mounts);

  const std::vector<Mount>& mounts() const { return mounts_; }

  // By its index in the list: nothing that was mounted over it, or over a directory on the way, hides it.
  // What is mounted over the root directory of a process itself is met by "/..", so both are reached.
  bool reached(std::size_t index) const { return reached_[index]; }

  // nullptr: not in the list. That of a process's root is missing where it stands in a directory below.
  const Mount* by_id(std::uint64_t id) const;

  // Mounts whose parent is missing although it must be there: the list is torn.
  std::size_t orphans() const { return orphans_; }

private:
  using Children = std::unordered_map<std::uint64_t, std::vector<std::size_t>>;
  void find_start();
  void reach(std::uint64_t parent, bool is_root, std::vector<std::size_t>& siblings,
             std::vector<std::size_t>& next);

  const std::vector<Mount>& mounts_;
  std::unordered_map<std::uint64_t, std::size_t> index_; // by id
  Children children_;                                    // by parent
  std::vector<bool> reached_;
  std::uint64_t start_ = 0; // what the root directory stands in, or its mount is on
  std::size_t orphans_ = 0;
};

// Whether `path` is `prefix` or below it. Both are plain paths.
bool is_below(std::string_view path, std::string_view prefix);

// An order in which what is below a path stands right behind it.
bool path_before(std::string_view one, std::string_view other);

} // namespace sbx
