#include "can/permission_check.h"

#include "can/file_kind.h"
#include "can/file_system.h"
#include "can/mount_check.h"
#include "core/escape.h"
#include "rules/capability_names.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

constexpr unsigned fs_uid = 3; // of the four ids that a status prints
constexpr unsigned sticky = 01000, world_writable = 0002;
constexpr std::uint64_t immutable = 0x10, append_only = 0x20; // STATX_ATTR_*, statx(2)

Answer owns(const World& world, const Subject& subject, const WalkStep& step) {
  const auto& status = subject.task.status;
  return status && status->uid ? same_id(world, (*status->uid)[fs_uid], step.uid) : Answer::unknown;
}

Answer in_group(const World& world, const Subject& subject, const WalkStep& step) {
  const auto& status = subject.task.status;
  Answer member = status && status->gid ? same_id(world, (*status->gid)[fs_uid], step.gid) : Answer::unknown;
  if (!status || !status->groups)
    return any_of(member, Answer::unknown);
  for (const std::uint32_t group : *status->groups)
    member = any_of(member, same_id(world, group, step.gid));
  return member;
}

// acl_permission_check(), fs/namei.c: the owner's bits decide for the owner, whatever the others say.
Answer by_mode(const World& world, const Subject& subject, const WalkStep& step, unsigned mask) {
  const auto bits = [&](unsigned shift) {
    return (mask & ~(step.mode >> shift) & 7) == 0 ? Answer::yes : Answer::no;
  };
  const auto either = [](Answer which, Answer one, Answer other) {
    return which == Answer::yes ? one : which == Answer::no || one == other ? other : Answer::unknown;
  };
  const bool acl_decides = step.acl && (step.mode & 070) != 0;
  const Answer others =
      acl_decides ? Answer::unknown : either(in_group(world, subject, step), bits(3), bits(0));
  return either(owns(world, subject, step), bits(6), others);
}

// generic_permission(), fs/namei.c: which capabilities stand in for the mode bits.
Answer by_capability(const World& world, const Subject& subject, const WalkStep& step, unsigned mask) {
  const bool directory = is_directory(step);
  Answer over = Answer::no;
  if (directory ? (mask & may_write) == 0 : mask == may_read)
    over = any_of(over, capable_over(world, subject, cap_dac_read_search, step.uid, step.gid));
  if (directory || (mask & may_exec) == 0 || (step.mode & 0111) != 0)
    over = any_of(over, capable_over(world, subject, cap_dac_override, step.uid, step.gid));
  return over;
}

std::string mask_words(const WalkStep& step, unsigned mask) {
  const bool directory = is_directory(step);
  if (mask == (may_write | may_exec))
    return "write and search";
  return mask == may_read    ? directory ? "list" : "read"
         : mask == may_write ? "write"
         : directory         ? "search"
                             : "execute";
}

std::string ids_words(const Subject& subject) {
  const auto& status = subject.task.status;
  if (!status || !status->uid || !status->gid)
    return "the ids of the thread were not seen";
  std::string text = fmt::format("the thread is {}:{}", (*status->uid)[fs_uid], (*status->gid)[fs_uid]);
  return text;
}

std::string why_unsure(const World& world, const Subject& subject, const WalkStep& step) {
  const auto& status = subject.task.status;
  if (!status || !status->uid || !status->gid || !status->cap_eff)
    return "the thread's ids and capabilities were not all seen";
  if (doubtful(world, step.uid) || doubtful(world, step.gid) || doubtful(world, (*status->uid)[fs_uid]))
    return "an id that has no number here (65534) may be anybody";
  if (step.acl && (step.mode & 070) != 0)
    return "it has an ACL, which is not evaluated";
  if (!status->groups)
    return "its supplementary groups were not seen";
  return "whether the thread's user namespace has its owner and group was not seen";
}

// What a file system decides beside the bits.
void by_file_system(const World& world, const Subject& subject, const WalkStep& step, const std::string& name,
                    Check& check) {
  const FileSystem system = file_system(step.magic);
  const auto unsure = [&](std::string why) {
    check = {Answer::unknown, fmt::format("{}: {}", name, std::move(why))};
  };
  switch (system.kind) {
  case FileSystemKind::plain:
    return;
  case FileSystemKind::overlay: { // ovl_permission(): once more, as whoever mounted it
    const Answer mapped =
        all_of(maps(world, subject, IdKind::uid, step.uid), maps(world, subject, IdKind::gid, step.gid));
    if (check.answer == Answer::yes && !mounts_of_initial_user_ns(world) && mapped != Answer::yes)
      unsure("what lies beneath the overlay is opened as whoever mounted it, who may not be allowed to");
    return;
  }
  case FileSystemKind::pseudo:
    if (check.answer == Answer::yes && !is_directory(step))
      unsure(fmt::format("files of {} have rules of their own beside their mode", system.name));
    return;
  case FileSystemKind::proc:
    if (step.inode == proc_root_inode && is_directory(step))
      return;
    return unsure("procfs decides for each of its files by rules of its own");
  case FileSystemKind::server:
    return unsure(fmt::format("on {} the server decides", system.name));
  case FileSystemKind::other:
    return unsure(fmt::format("{} (type {:#x})", system.name, step.magic));
  }
}

// What may_follow_link() says of a link at the end of a path; proc_sys_fs(5), protected_symlinks.
Check follow_permission(const World& world, const Subject& subject, const WalkLink& link) {
  const bool shared = (link.directory.mode & (sticky | world_writable)) == (sticky | world_writable);
  if (!shared || world.protected_symlinks == 0U)
    return {};
  const Answer own =
      any_of(owns(world, subject, link.link), same_id(world, link.directory.uid, link.link.uid));
  if (own == Answer::yes)
    return {};
  const std::string words =
      fmt::format("the link to {} stands in a sticky directory that all may write, and is neither "
                  "the thread's nor the directory's owner's",
                  escaped(link.target, 80));
  if (own == Answer::no && world.protected_symlinks)
    return {Answer::no, words + " (protected_symlinks)"};
  return {Answer::unknown, words + "; whether that forbids to follow it was not seen (protected_symlinks)"};
}

// The names on the way, where the path itself tells them.
std::string searched_name(const PathWalk& walk, std::size_t index) {
  if (!walk.links.empty() || (walk.path + "/").find("/.") != std::string::npos)
    return fmt::format("directory {} on the way", index + 1);
  std::size_t end = 0;
  for (std::size_t seen = 0; seen < index && end != std::string::npos; ++seen) {
    const std::size_t begin = walk.path.find_first_not_of('/', end);
    end = begin == std::string::npos ? begin : walk.path.find('/', begin);
  }
  return end == 0 ? "/" : escaped(walk.path.substr(0, end), 80);
}

// An id that has a number in a user namespace has one in each above it (user_namespaces(7)), and what is
// mounted here was mounted by the owner of the mount namespace or from above it.
bool numbered_above(const World& world, const Subject& subject, const Property* owner) {
  const auto own = inode_of(subject.ns, "user");
  const auto& status = subject.task.status;
  if (!own || !owner || !owner->value || !world.user_ns || world.user_ns->front().inode != *own || !status ||
      !status->uid || !status->gid)
    return false;
  const bool below = std::any_of(world.user_ns->begin(), world.user_ns->end(), [&](const UserNs& above) {
    return std::to_string(above.inode) == *owner->value;
  });
  return below && maps(world, subject, IdKind::uid, (*status->uid)[fs_uid]) == Answer::yes &&
         maps(world, subject, IdKind::gid, (*status->gid)[fs_uid]) == Answer::yes;
}

} // namespace

void Check::and_then(const Check& next) {
  const bool weaker = (next.answer == Answer::no && answer != Answer::no) ||
                      (next.answer == Answer::unknown && answer == Answer::yes);
  if (weaker || detail.empty())
    *this = {all_of(answer, next.answer), next.detail};
}

std::string words_of(const WalkStep& step) {
  return fmt::format("mode {:04o}, owner {}:{}", step.mode & 07777, step.uid, step.gid);
}

Check permission(const World& world, const Subject& subject, const WalkStep& step, unsigned mask,
                 const std::string& name, bool mode_decides) {
  if ((mask & may_write) != 0 && (step.attributes & immutable) != 0)
    return {Answer::no, name + " is immutable"};
  const Answer mode = by_mode(world, subject, step, mask);
  const Answer capability = by_capability(world, subject, step, mask);
  Check check{any_of(mode, capability), {}};
  const std::string what = mask_words(step, mask);
  if (check.answer == Answer::yes)
    check.detail = fmt::format("may {} {}: {}", what, name,
                               mode == Answer::yes ? words_of(step) : words_of(step) + ", by a capability");
  else if (check.answer == Answer::no)
    check.detail = fmt::format("may not {} {}: {}; {}, and no capability of it counts here", what, name,
                               words_of(step), ids_words(subject));
  else
    check.detail = fmt::format("{} ({}): {}", name, words_of(step), why_unsure(world, subject, step));
  if (is_idmapped(world, step) != Answer::no)
    check = {Answer::unknown,
             fmt::format("{}: its mount maps ids, or that was not seen; whose it is there is not "
                         "evaluated",
                         name)};
  if (!mode_decides)
    by_file_system(world, subject, step, name, check);
  const bool nobodys = doubtful(world, step.uid) || doubtful(world, step.gid);
  if (check.answer == Answer::yes && (mask & may_write) != 0 && nobodys)
    check = {Answer::unknown, name + ": an id without a number would forbid to write it (65534)"};
  return check;
}

Check search_permission(const World& world, const Subject& subject, const PathWalk& walk,
                        std::size_t trailing) {
  Check check;
  for (std::size_t i = 0; i < walk.searched.size(); ++i)
    check.and_then(permission(world, subject, walk.searched[i], may_exec, searched_name(walk, i)));
  for (std::size_t i = trailing; i < walk.links.size(); ++i) {
    Check follow = follow_permission(world, subject, walk.links[i]);
    // Of the links that the first leads to, not all stand at an end.
    if (i > trailing && follow.answer == Answer::no)
      follow.answer = Answer::unknown;
    check.and_then(follow);
  }
  return check;
}

Check create_permission(const World& world, const Subject& subject, const WalkStep& directory) {
  Check check = permission(world, subject, directory, may_write | may_exec, "the directory");
  // fsuidgid_has_mapping(): its own ids must have a number in the file system's user namespace.
  const auto own = inode_of(subject.ns, "user");
  const auto mnt = inode_of(world.main_ns, "mnt");
  const Property* owner =
      mnt && world.ns_owners ? find_property(*world.ns_owners, std::to_string(*mnt)) : nullptr;
  const bool its_own = own && owner && owner->value && *owner->value == std::to_string(*own);
  if (check.answer == Answer::yes && !mounts_of_initial_user_ns(world) && !its_own &&
      !numbered_above(world, subject, owner))
    return {Answer::unknown,
            "the file system may belong to a user namespace that has no number for the thread's ids"};
  return check;
}

Check remove_permission(const World& world, const Subject& subject, const WalkStep& directory,
                        const WalkStep& victim) {
  Check check = permission(world, subject, directory, may_write | may_exec, "the directory");
  if ((directory.attributes & append_only) != 0)
    check.and_then({Answer::no, "the directory is append-only: nothing is removed from it"});
  if ((victim.attributes & (immutable | append_only)) != 0)
    check.and_then({Answer::no, "it is immutable or append-only"});
  if ((directory.mode & sticky) != 0) {
    const Answer own = any_of(any_of(owns(world, subject, victim), owns(world, subject, directory)),
                              capable_over(world, subject, cap_fowner, victim.uid, victim.gid));
    if (own != Answer::yes)
      check.and_then(
          {own, fmt::format("the directory is sticky ({}), and the entry ({}) is not the thread's{}",
                            words_of(directory), words_of(victim),
                            own == Answer::no ? "" : " as far as could be seen")});
  }
  if (check.answer == Answer::yes && (doubtful(world, victim.uid) || doubtful(world, victim.gid)))
    return {Answer::unknown, "an id without a number would forbid to remove it (65534)"};
  return check;
}

} // namespace sbx
