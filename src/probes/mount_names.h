// By which paths does the target see a file that the kernel names by its file system alone?
#pragma once

#include "parse/mountinfo.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sbx {

class MountNames {
public:
  // `mounts` must outlive it.
  explicit MountNames(const std::vector<Mount>& mounts);

  // Paths from the target's root at which `name` (from the root of the file system of that s_dev) is mounted,
  // at most 16: first those that no other mount covers, the shorter before the longer. They are candidates:
  // whether the file is still there is told by Witness::spots().
  std::vector<std::string> of(std::uint32_t major, std::uint32_t minor, std::string_view name) const;

  // False where the target's root is no mount that it can see (chroot(2) into a directory): what lies there
  // beside other mounts has no name here, and that says nothing of it.
  bool root_listed() const { return root_listed_; }

private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class T> using ByPath = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  struct Candidate {
    const Mount* mount;
    bool seen; // at its point, which is not covered
  };
  bool seen_at_point(const Mount& mount) const;
  bool seen(const Candidate& candidate, std::string_view path) const;
  std::uint64_t top_at(std::uint64_t mount, std::string_view point) const;

  const std::vector<Mount>& mounts_;
  std::unordered_map<std::uint64_t, ByPath<std::vector<Candidate>>> by_root_; // of each superblock
  std::unordered_map<std::uint64_t, ByPath<const Mount*>> children_;          // by parent, then by point
  std::uint64_t start_ = 0; // what the target's root stands in or on
  bool root_listed_ = false;
};

} // namespace sbx
