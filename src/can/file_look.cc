#include "can/file_look.h"

#include "core/errno_name.h"

#include <cerrno>
#include <fmt/core.h>

namespace sbx {

namespace {

std::vector<WalkStep> with_first(const WalkStep& first, const std::vector<WalkStep>& rest) {
  std::vector<WalkStep> chain{first};
  chain.insert(chain.end(), rest.begin(), rest.end());
  return chain;
}

// How many links stand on the way to the directory of the last name.
Known<std::size_t> links_above(const World& world, const std::string& path) {
  if (path == "/")
    return std::size_t{0};
  return world.walk(path_parts(path).parent).map([](const PathWalk& walk) { return walk.links.size(); });
}

} // namespace

Known<FileLook> look_at(const World& world, const std::string& path) {
  Known<PathWalk> walk = world.walk(path);
  if (!walk)
    return tl::unexpected<Gap>(walk.error());
  FileLook look;
  if (!walk->links.empty()) { // else none stands at the end, and one walk does
    const auto above = links_above(world, path);
    if (!above)
      return tl::unexpected<Gap>(above.error());
    look.trailing = *above;
  }
  look.file = walk->file;
  look.above = walk->above;
  if (!walk->above.empty())
    look.directory = walk->above.front();
  look.walk = std::move(*walk);
  return look;
}

Known<FileLook> look_at_entry(const World& world, const std::string& path) {
  Known<PathWalk> parent = world.walk(path_parts(path).parent);
  if (!parent)
    return tl::unexpected<Gap>(parent.error());
  FileLook look;
  look.trailing = parent->links.size(); // the link itself is not followed
  if (parent->error != 0 || !parent->file) {
    look.walk = std::move(*parent);
    return look;
  }
  const Known<PathWalk> whole = world.walk(path);
  if (!whole)
    return tl::unexpected<Gap>(whole.error());
  const std::size_t links = parent->links.size();
  look.directory = parent->file;
  look.above = with_first(*parent->file, parent->above);
  const bool is_link = whole->links.size() > links;
  if (is_link) {
    look.file = whole->links[links].link;
  } else if (whole->error ==
             ELOOP) { // a link on a mount that follows none: not followed, so not told from others
    return not_known(GapKind::unsupported, source::target_walks,
                     "a link that its mount does not follow stands there");
  } else if (whole->error != 0) {
    look.walk = *whole;
    return look;
  } else {
    look.file = whole->file;
  }
  look.walk = std::move(*parent);
  look.walk.searched.push_back(*look.directory);
  look.walk.path = path; // names its own searched directories
  return look;
}

} // namespace sbx
