#include "probes/landlock_inode.h"

#include "rules/inode_numbers.h"

namespace sbx {

namespace {

constexpr unsigned format_mask = 0170000, format_directory = 0040000; // inode(7)

} // namespace

SameInode same_inode(const LandlockInode& rule, const WalkStep& step, const Mount* mount) {
  if (rule.inode != step.inode || (rule.mode & format_mask) != (step.mode & format_mask))
    return SameInode::no;
  if (!mount) // above the root of the process, for example, where its mountinfo shows nothing
    return SameInode::unknown;
  if (rule.major != mount->major || rule.minor != mount->minor)
    return SameInode::no;
  const bool directory = (step.mode & format_mask) == format_directory;
  return numbers_are_unique(rule.file_system, directory) && numbers_are_unique(mount->type, directory)
             ? SameInode::yes
             : SameInode::unknown;
}

} // namespace sbx
