// What is the root directory of a process to the host: its own root, a directory that chroot(2) went into, or
// the root of other mounts?
#pragma once

#include "parse/roots.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class RootKind { // the weakest first
  host,               // the directory that the host has as its root
  chroot,             // a directory below the root of its mount namespace: chroot(2)
  pivoted,            // the root of a mount namespace, and not the host's directory: pivot_root(2)
};

std::string_view root_kind_name(RootKind kind);

struct RootView {
  std::optional<RootKind> kind; // of the weakest thread that was seen; nothing: `unseen` says why
  std::string unseen;
  const TaskRoot* weakest = nullptr;
  bool differs = false;              // threads have different ones
  std::optional<bool> read_only;     // true: for every thread; false: not for one
  std::optional<bool> cwd_outside;   // true: a thread's working directory is not below its root
  std::vector<std::int64_t> outside; // those threads
};

struct RootFacts {
  std::optional<bool> host_namespace; // every thread is in the host's mount namespace, or none is
  bool self_is_host = false;          // the inspector's root is the host's
};

// Threads of `exited` count for nothing.
RootView view_roots(const Roots& roots, const std::set<std::int64_t>& exited, const RootFacts& facts);

} // namespace sbx
