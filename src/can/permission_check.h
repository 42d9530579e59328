// Do the ordinary permissions let a thread do this to a file? Mode bits, ACLs, capabilities, the sticky bit
// and immutable files, in the order of fs/namei.c: path_resolution(7), inode(7), capabilities(7).
#pragma once

#include "can/ids.h"
#include "can/world.h"

#include <string>

namespace sbx {

struct Check {
  Answer answer = Answer::yes;
  std::string detail;

  // Keeps the first no, else the first unknown, else the first yes.
  void and_then(const Check& next);
};

inline constexpr unsigned may_exec = 1, may_write = 2, may_read = 4; // include/linux/fs.h

// inode_permission(): read, write or execute (search) one file or directory. `name` is for people.
Check permission(const World& world, const Subject& subject, const WalkStep& step, unsigned mask,
                 const std::string& name, bool mode_decides = false);

// Every directory in which a name is looked up must be searchable, and every link must be one that may be
// followed. `trailing`: the index of the first link that stands at the end of the path; may_follow_link()
// asks of those.
Check search_permission(const World& world, const Subject& subject, const PathWalk& walk,
                        std::size_t trailing);

// may_create() in `directory`.
Check create_permission(const World& world, const Subject& subject, const WalkStep& directory);

// may_delete() of `victim` in `directory`.
Check remove_permission(const World& world, const Subject& subject, const WalkStep& directory,
                        const WalkStep& victim);

std::string words_of(const WalkStep& step); // "mode 0640, owner 0:42"

} // namespace sbx
