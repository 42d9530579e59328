#include "can/ids.h"

#include "rules/initial_ns.h"

#include <algorithm>
#include <string>

namespace sbx {

namespace {

constexpr std::uint32_t overflow_id = 65534, no_id = 0xffffffff;

bool inspector_is_initial(const World& world) { return world.inspector_user_ns == initial_inode("user"); }

bool holds(const std::vector<IdRange>& map, std::uint32_t id) {
  return std::any_of(map.begin(), map.end(), [&](const IdRange& range) {
    return range.outside != no_id && id >= range.outside && id - range.outside < range.count;
  });
}

} // namespace

bool in_initial_user_ns(const Subject& subject) {
  return inode_of(subject.ns, "user") == initial_inode("user");
}

bool mounts_of_initial_user_ns(const World& world) {
  const auto mnt = inode_of(world.main_ns, "mnt");
  if (!mnt || !world.ns_owners)
    return false;
  const Property* owner = find_property(*world.ns_owners, std::to_string(*mnt));
  return owner && owner->value && *owner->value == std::to_string(initial_inode("user"));
}

bool doubtful(const World& world, std::uint32_t id) {
  return id == overflow_id && !(inspector_is_initial(world) && mounts_of_initial_user_ns(world));
}

Answer same_id(const World& world, std::uint32_t one, std::uint32_t other) {
  if (one != other)
    return Answer::no;
  return doubtful(world, one) ? Answer::unknown : Answer::yes;
}

Answer same_task_id(const World& world, std::uint32_t one, std::uint32_t other) {
  if (one != other)
    return Answer::no;
  return one == overflow_id && !inspector_is_initial(world) ? Answer::unknown : Answer::yes;
}

Answer maps(const World& world, const Subject& subject, IdKind kind, std::uint32_t id) {
  if (doubtful(world, id))
    return Answer::unknown;
  if (in_initial_user_ns(subject)) // which maps all
    return Answer::yes;
  const auto own = inode_of(subject.ns, "user");
  if (!own || !world.inspector_user_ns)
    return Answer::unknown;
  if (*own == *world.inspector_user_ns) // it has a number there, or it would read as the overflow id
    return Answer::yes;
  const auto& map = kind == IdKind::uid ? world.uid_map : world.gid_map;
  if (!map)
    return Answer::unknown;
  return holds(*map, id) ? Answer::yes : Answer::no;
}

Answer has_capability(const Subject& subject, unsigned capability) {
  if (!subject.task.status || !subject.task.status->cap_eff)
    return Answer::unknown;
  return (*subject.task.status->cap_eff >> capability & 1) != 0 ? Answer::yes : Answer::no;
}

Answer capable_over(const World& world, const Subject& subject, unsigned capability, std::uint32_t uid,
                    std::uint32_t gid) {
  const Answer mapped =
      all_of(maps(world, subject, IdKind::uid, uid), maps(world, subject, IdKind::gid, gid));
  return all_of(has_capability(subject, capability), mapped);
}

Answer capable_in(const World& world, const Subject& subject, unsigned capability,
                  const Known<std::vector<UserNs>>& chain) {
  const Answer has = has_capability(subject, capability);
  if (in_initial_user_ns(subject) && has == Answer::yes) // an ancestor of every other
    return Answer::yes;
  const auto own = inode_of(subject.ns, "user");
  if (!chain || !own || !subject.task.status || !subject.task.status->uid)
    return Answer::unknown;
  const std::uint32_t euid = (*subject.task.status->uid)[1];
  for (std::size_t level = 0; level < chain->size(); ++level) {
    if ((*chain)[level].inode == *own)
      return has;
    // Whoever made a user namespace, and stands in the one above it, has every capability in it.
    if (level + 1 < chain->size() && (*chain)[level + 1].inode == *own) {
      const Answer owner = same_task_id(world, (*chain)[level].owner_uid, euid);
      if (owner != Answer::no)
        return any_of(owner, has);
    }
  }
  const bool seen_to_the_top = chain->back().inode == initial_inode("user");
  return seen_to_the_top ? Answer::no : Answer::unknown;
}

} // namespace sbx
