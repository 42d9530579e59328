// Is a Landlock rule about the file that a lookup met? By its numbers alone.
#pragma once

#include "parse/landlock_domains.h"
#include "parse/mountinfo.h"
#include "parse/path_walks.h"

namespace sbx {

enum class SameInode { yes, no, unknown };

// No where any number differs; yes only where equal numbers mean the same inode. `mount`: that of `step`,
// null where it was not seen.
SameInode same_inode(const LandlockInode& rule, const WalkStep& step, const Mount* mount);

} // namespace sbx
