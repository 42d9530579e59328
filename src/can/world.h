// What must be known to answer questions about a process? All of it in one place, so that every rule is a
// pure function of it: each part was seen, or is the gap that says why not.
#pragma once

#include "core/gap.h"
#include "core/observation.h"
#include "parse/id_map.h"
#include "parse/landlock_domains.h"
#include "parse/mountinfo.h"
#include "parse/path_walks.h"
#include "parse/properties.h"
#include "parse/task_ns.h"
#include "parse/tasks.h"
#include "parse/user_ns.h"
#include "probes/seccomp_reach.h"
#include "probes/task_label.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sbx {

template <class T> using Known = tl::expected<T, Gap>;

inline tl::unexpected<Gap> not_known(GapKind kind, Source source, std::string detail) {
  return tl::unexpected<Gap>(Gap{kind, std::string(source.name), std::move(detail)});
}

inline const tl::unexpected<Gap> nothing_asked{Gap{GapKind::not_attempted, "", "it was not asked"}};

using DomainPointer = std::shared_ptr<const LandlockDomain>; // null: in no domain

// Who would act: a thread, and those that are like it in all that is looked at.
struct Subject {
  std::int64_t tid = 0;
  std::size_t alike = 1;
  Task task;
  Known<DomainPointer> domain = nothing_asked;
  Known<TaskNs> ns = nothing_asked;
  TaskLabel label;
  std::optional<std::size_t> newest_filter; // of target/seccomp
};

// The other process of a question about one. It is its main thread that is attached to and signalled.
struct Peer {
  std::int64_t pid = 0;
  Known<ProcStatus> status = nothing_asked;
  Known<TaskNs> ns = nothing_asked;
  Known<std::vector<UserNs>> user_ns = nothing_asked; // its own first, then the ancestors
  Known<DomainPointer> domain = nothing_asked;
  TaskLabel label;
  bool has_program = false; // its executable was seen: no kernel thread
};

struct World {
  std::int64_t pid = 0;
  std::vector<Subject> subjects;
  std::string threads_gap;                                // why there is none
  bool complete = false;                                  // every thread was seen
  Known<std::uint64_t> inspector_user_ns = nothing_asked; // inode; uids and gids are numbered by it
  Known<TaskNs> main_ns = nothing_asked; // of the target's main thread, whose paths are walked
  Known<std::vector<IdRange>> uid_map = nothing_asked, gid_map = nothing_asked;
  Known<std::vector<UserNs>> user_ns = nothing_asked; // the target's, then its ancestors
  Known<Properties> ns_owners = nothing_asked;
  Known<std::vector<Mount>> mounts = nothing_asked;
  std::vector<Mount> more_mounts; // of the same mount namespace, above the target's root
  Known<std::vector<std::string>> active_lsms = nothing_asked;
  Known<std::string> kernel_command_line = nothing_asked;
  Known<Properties> bpf_programs = nothing_asked;
  Known<std::string> tomoyo = nothing_asked; // its counters
  Known<Properties> ipe_policies = nothing_asked;
  Known<std::string> cgroup = nothing_asked;
  Known<std::uint64_t> inspector_net_ns = nothing_asked;        // inode
  Known<std::uint64_t> unprivileged_port_start = nothing_asked; // of that namespace
  Known<std::uint64_t> protected_symlinks = nothing_asked, ptrace_scope = nothing_asked;
  std::function<Known<PathWalk>(const std::string& path)> walk;
  std::function<SeccompReach(const Task& task, const Syscalls& needed)> seccomp;
  std::optional<Peer> peer;
};

std::optional<std::uint64_t> inode_of(const Known<TaskNs>& ns, const std::string& kind);

} // namespace sbx
