// Which bits do the rights of a policy name, and which paths of it are one?
#pragma once

#include "policy/policy.h"
#include "rules/landlock_abi.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

std::uint64_t landlock_mask(LandlockKind kind, unsigned abi);         // all rights of the ABIs 1 to `abi`
std::uint64_t landlock_bit(LandlockKind kind, std::string_view name); // 0: no right is called so

// AccessFs::from_read() of the landlock crate: execute, read_file, read_dir.
std::uint64_t landlock_read_rights();

// The kernel makes one rule of all rules for one inode: what one wish asks for, the others may have.
void join_wishes_for_one_path(std::vector<Wish<PathWish>>& paths);

} // namespace sbx
