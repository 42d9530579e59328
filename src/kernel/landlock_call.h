// How is Landlock called? The three system calls and the attributes of landlock(7), whatever the headers
// know.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbx::landlock {

struct RulesetAttr {
  std::uint64_t handled_access_fs = 0, handled_access_net = 0, scoped = 0;
};

// Each returns what the system call does: -1 with errno set, else the answer.
int abi();
int errata();
int create_ruleset(const RulesetAttr& attr, int abi);         // only as much of attr as that ABI knows
int add_path(int ruleset, int parent, std::uint64_t allowed); // parent: an O_PATH descriptor
int restrict_self(int ruleset);

// landlock(7), ACCESS RIGHTS: the bits that the trial uses.
inline constexpr std::uint64_t fs_read_dir = 1 << 3;
inline constexpr std::uint64_t net_bind_tcp = 1 << 0;
inline constexpr std::uint64_t scope_signal = 1 << 1;
inline constexpr int most_layers = 16; // LANDLOCK_MAX_NUM_LAYERS

} // namespace sbx::landlock
