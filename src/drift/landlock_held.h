// What does one Landlock domain hold about a file, as the target's lookup meets it?
#pragma once

#include "probes/landlock_places.h"
#include "probes/witness.h"
#include "rules/landlock_abi.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace sbx {

// LANDLOCK_ACCESS_FS_EXECUTE, WRITE_FILE, READ_FILE, TRUNCATE, IOCTL_DEV, RESOLVE_UNIX: ACCESS_FILE of
// security/landlock/fs.c. All others are of directories alone.
inline constexpr std::uint64_t landlock_fs_file = 0x7 | 1 << 14 | 1 << 15 | 1 << 16;

std::string landlock_words(LandlockKind kind, std::uint64_t mask);
std::string landlock_rights_words(std::uint64_t fs); // "read_file, execute and 3 more", "nothing"

bool is_directory_mode(unsigned mode);

struct LandlockAt {
  std::vector<std::size_t> own;     // rules that are about the file itself
  std::vector<std::size_t> perhaps; // that may be: their numbers are not unique
  std::vector<std::size_t> above;   // that are about a directory above it
  std::uint64_t open = 0;           // rights that each layer grants on the way up, or does not handle
  std::uint64_t open_at_most = 0;   // the same, where all that may be about it is
};

class LandlockHeld {
public:
  // `toplevel`: a layer that grants everything below each entry of "/" is none of the policy's rules. The
  // witness must outlive it.
  LandlockHeld(Witness& witness, const LandlockDomain& domain, std::optional<unsigned> kernel_abi,
               bool toplevel);

  const LandlockDomain& domain() const { return *domain_; }
  bool rules_read() const; // all of them
  LandlockAt at(const PathWalk& walk) const;
  std::uint64_t handled() const; // file rights, by any layer

  const LandlockPlace& place(std::size_t rule) const { return places_[rule]; }
  const std::vector<LandlockPlace>& places() const { return places_; }
  std::vector<std::size_t> named(const std::string& path) const; // that have, or had, this name

  bool of_policy(std::size_t rule) const;        // by another layer than the one for entries of "/"
  std::uint64_t granted(std::size_t rule) const; // by those layers, all together

private:
  // Mount, st_dev, inode: what two lookups of the target's must have in common to have met the same file.
  using Key = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t, std::uint64_t>;

  void find_toplevel_layer();
  void learn_keys(Witness& witness);
  template <class Met> void met_by(const WalkStep& step, Met&& met) const; // met(rule, sure)

  const LandlockDomain* domain_;
  const std::vector<Mount>* mounts_;
  std::optional<unsigned> kernel_abi_;
  std::vector<LandlockPlace> places_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_inode_;
  std::unordered_multimap<std::string, std::size_t> by_name_;
  std::multimap<Key, std::size_t> by_key_; // of rules whose name leads to their file
  unsigned toplevel_layer_ = 0;            // 0: none
};

} // namespace sbx
