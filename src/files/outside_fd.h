// Does an open descriptor lead out of the root directory or the namespaces of its process? By what kind it is
// and which mount it was opened on.
//
// A file is outside where its mount is none that the process can reach from its root: then no path leads
// there, and only the descriptor does. What is no file is judged by its kind. What a launcher gives nearly
// every process is no way out and is told apart (`stdio`): plain files, named pipes and terminals at 0, 1 and
// 2, and further descriptors of the same files that allow no more. A directory or a device there counts as
// anywhere. Sockets and nameless pipes are never judged here: who is at their other end is not told by them.
#pragma once

#include "parse/fds.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sbx {

enum class FdLead {
  inside,
  stdio,
  outside,
  unclear, // it may, and that cannot be seen from outside
  unseen,  // what it is was refused
};

struct FdJudged {
  FdLead lead = FdLead::inside;
  std::string_view kind; // "directory", "device", "namespace" ...; of inside empty
  std::string_view why;
};

// What the process can reach otherwise. What is empty was not seen.
struct FdSurroundings {
  std::optional<std::unordered_set<std::uint64_t>> mounts; // ids in its mountinfo
  // Its root directory is a mount of that list. Else it is a directory of one that is not listed, and its own
  // files are on a mount that is not either.
  bool root_listed = false;
  std::optional<std::set<std::uint64_t>> namespaces; // inodes of those that its threads live in
  std::optional<bool> host_files; // it lives in the host's own mount namespace: a device is within its reach
  bool host_pids = false;         // in the inspector's PID namespace: no process is outside of that
  std::int64_t pid = 0;           // its own
};

// /dev/null, zero, full, random, urandom and tty, and the terminals behind them: every process may hold them.
bool is_harmless_device(const Descriptor& it);
bool is_terminal(const Descriptor& it);

class FdJudge {
public:
  // Of the descriptors of this table. Both must outlive it.
  FdJudge(const FdTable& table, const FdSurroundings& around);

  FdJudged judge(const Descriptor& it) const;

  // Of a descriptor whose file may be beneath a root that is no listed mount: its path can tell.
  bool by_path(const Descriptor& it) const;

private:
  FdJudged file(const Descriptor& it, std::string_view kind) const;
  FdJudged device(const Descriptor& it) const;
  FdJudged name_space(const Descriptor& it) const;
  FdJudged anonymous(const Descriptor& it) const;
  bool given(const Descriptor& it) const; // by the launcher, as `stdio`

  const FdSurroundings& around_;
  std::vector<const Descriptor*> standard_; // 0, 1 and 2
};

} // namespace sbx
