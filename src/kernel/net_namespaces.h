// Which network namespaces does the target live in, and what is seen from inside of them? Asked by a child
// that joins one: a network namespace alone, never a user or a mount namespace.
#pragma once

#include "kernel/child.h"
#include "kernel/fd.h"
#include "kernel/proc_target.h"

#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx {

struct NetNamespace {
  std::uint64_t inode = 0; // 0: not seen, and error says why
  pid_t tid = 0;           // a thread that lives there
  int error = 0;           // errno where it cannot be asked
  bool own = false;        // the inspector lives there, so nothing has to be joined
  Fd fd;                   // of nsfs; none where it cannot be asked
};

// Those of all living threads, that of the main one first; at most 8, the next is one with EFBIG. Threads of
// which it was not seen are there once for each errno.
tl::expected<std::vector<NetNamespace>, Refusal> net_namespaces(const ProcTarget& target);

// The inode behind TASK/ns/net beneath `dir`.
tl::expected<std::uint64_t, int> net_inode(int dir, const std::string& task);
// The namespace itself, by a magic link that leads to a namespace and to nothing else.
tl::expected<Fd, int> open_net(int dir, const std::string& task);

// hear_child(), in that namespace. Cut with the errno of setns(2) where it may not be joined; `work` was not
// called then.
ChildAnswer in_net_namespace(const NetNamespace& at, const std::function<void(int out)>& work,
                             const ChildLimits& limits);

// A part for each of them: "netns INODE tid=TID", what `work` writes (whole lines, the last one "end ok" or
// "end !ERRNO"), and that last line where nothing came to write it. The limits are those of all together.
Reading each_net_namespace(const ProcTarget& target, const std::function<void(int out)>& work,
                           const ChildLimits& limits);

} // namespace sbx
