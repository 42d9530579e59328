#include "can/gather.h"

#include "core/errno_name.h"
#include "probes/landlock_offered.h"
#include "probes/target_ns.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>

namespace sbx {

namespace {

template <class T> Known<T> known(const Observation<T>& observation) {
  return observation.match([](const Seen<T>& seen) { return Known<T>(seen.value()); },
                           [](const Gap& gap) { return Known<T>(tl::unexpected<Gap>(gap)); });
}

template <class T> Known<T> of_task(const Known<std::vector<T>>& tasks, std::int64_t tid, Source source) {
  if (!tasks)
    return tl::unexpected<Gap>(tasks.error());
  const auto found =
      std::find_if(tasks->begin(), tasks->end(), [&](const T& task) { return task.tid == tid; });
  if (found == tasks->end())
    return not_known(GapKind::vanished, source, fmt::format("thread {} is not listed there", tid));
  return *found;
}

// Each domain once, so that threads of the same one are seen to be alike.
struct Domains {
  Known<LandlockDomains> all = nothing_asked;
  std::vector<DomainPointer> shared;

  explicit Domains(Known<LandlockDomains> domains) : all(std::move(domains)) {
    if (all)
      for (const LandlockDomain& domain : all->domains)
        shared.push_back(std::make_shared<const LandlockDomain>(domain));
  }

  // What the thread acts with; or, as `real`, what others meet in it. They differ while it acts for somebody
  // else.
  Known<DomainPointer> of(std::int64_t tid, Source source, bool real) const {
    if (!all)
      return tl::unexpected<Gap>(all.error());
    if (!all->settled)
      return not_known(GapKind::not_attempted, source, "the threads changed while they were read");
    for (const LandlockTask& task : all->tasks)
      if (static_cast<std::int64_t>(task.tid) == tid) {
        const auto index = real ? task.real_domain : task.domain;
        return index ? shared.at(*index) : DomainPointer();
      }
    return not_known(GapKind::vanished, source, fmt::format("thread {} is not listed there", tid));
  }
};

Known<LandlockDomains> none_in_this_kernel() {
  LandlockDomains none;
  none.settled = true;
  return none;
}

// Where the kernel offers no Landlock, nobody is in a domain of it.
Known<DomainPointer> domain_of(const Domains& domains, bool none_can_exist, std::int64_t tid, Source source,
                               bool real) {
  return none_can_exist ? Known<DomainPointer>(DomainPointer()) : domains.of(tid, source, real);
}

// Alike in all that any rule looks at.
bool alike(const Subject& one, const Subject& other) {
  const auto key = [](const Subject& it) {
    const ProcStatus& status = *it.task.status;
    return std::tuple(status.uid, status.gid, status.groups, status.cap_eff, status.cap_prm, status.seccomp,
                      status.seccomp_filters);
  };
  const auto same_label = [&] {
    const auto text = [](const TaskLabel& label) {
      return label.label ? label.module + " " + label.label->label + " " + label.label->mode : std::string();
    };
    return one.label.gap == other.label.gap && text(one.label) == text(other.label);
  };
  return one.task.status && other.task.status && key(one) == key(other) && one.domain == other.domain &&
         one.newest_filter == other.newest_filter && one.ns && other.ns &&
         one.ns->inodes == other.ns->inodes && same_label();
}

struct Labels {
  std::optional<std::vector<std::string>> active;
  std::optional<bool> enforcing;

  TaskLabel of(const Known<std::vector<TaskAttr>>& tasks, std::int64_t tid, Source source) const {
    const auto attr = of_task(tasks, tid, source);
    return attr ? label_of(*attr, active, enforcing) : TaskLabel{{}, "", attr.error()};
  }
};

Labels labels(Witness& witness, const World& world) {
  Labels found;
  if (world.active_lsms)
    found.active = *world.active_lsms;
  if (const auto enforce = known(witness.count(source::host_selinux_enforce)))
    found.enforcing = *enforce != 0;
  return found;
}

void add_subjects(World& world, Witness& witness, const Labels& labels, bool none_can_exist) {
  const Known<Tasks> tasks = known(witness.tasks());
  if (!tasks) {
    world.threads_gap = tasks.error().detail;
    return;
  }
  const auto ns = known(witness.task_ns());
  const auto attr = known(witness.task_attr());
  const Domains domains(none_can_exist ? none_in_this_kernel() : known(witness.landlock_domains()));
  world.complete = tasks->settled;
  for (const Task* task : counted(*tasks)) {
    Subject subject;
    subject.tid = task->tid;
    subject.task = *task;
    subject.newest_filter = newest_filter(witness, *task);
    subject.ns = of_task(ns, task->tid, source::target_tasks_ns);
    subject.domain = domain_of(domains, none_can_exist, task->tid, source::target_landlock, false);
    subject.label = labels.of(attr, task->tid, source::target_tasks_attr);
    const auto same = std::find_if(world.subjects.begin(), world.subjects.end(),
                                   [&](const Subject& other) { return alike(other, subject); });
    if (same != world.subjects.end())
      ++same->alike;
    else
      world.subjects.push_back(std::move(subject));
  }
}

Peer peer_of(Witness& witness, std::int64_t pid, const Labels& labels, bool none_can_exist) {
  Peer peer;
  peer.pid = pid;
  const Known<Tasks> tasks = known(witness.peer_tasks());
  peer.status = not_known(GapKind::vanished, source::peer_tasks_status, "its main thread is not listed");
  if (!tasks)
    peer.status = tl::unexpected<Gap>(tasks.error());
  else
    for (const Task& task : tasks->tasks)
      if (task.tid == pid)
        peer.status = task.status
                          ? Known<ProcStatus>(*task.status)
                          : Known<ProcStatus>(not_known(GapKind::denied, source::peer_tasks_status,
                                                        "its status: " + errno_name(task.status.error())));
  peer.ns = of_task(known(witness.peer_ns()), pid, source::peer_tasks_ns);
  peer.user_ns = known(witness.peer_user_ns());
  peer.label = labels.of(known(witness.peer_attr()), pid, source::peer_tasks_attr);
  const Domains domains(none_can_exist ? none_in_this_kernel() : known(witness.peer_landlock()));
  peer.domain = domain_of(domains, none_can_exist, pid, source::peer_landlock, true);
  if (const auto identity = known(witness.properties(source::peer_identity))) {
    const Property* executable = find_property(*identity, "executable");
    peer.has_program = executable && executable->value;
  }
  return peer;
}

// A root that chroot(2) made hides the mounts above it from its mountinfo; ours shows them where we live in
// the same mount namespace. The ids of mounts are unique.
std::vector<Mount> mounts_above(Witness& witness, const World& world) {
  const auto self = known(witness.self_ns());
  const auto target = inode_of(world.main_ns, "mnt");
  if (!target || !self || self->empty() || inode_of(self->front(), "mnt") != target)
    return {};
  return known(witness.own_mounts()).value_or(std::vector<Mount>());
}

} // namespace

World gather(Witness& witness, const Question& question) {
  World world;
  witness.identity().match([&](const Seen<Identity>& seen) { world.pid = seen.value().pid; },
                           [](const Gap&) {});
  world.active_lsms = known(witness.active_lsms());
  world.kernel_command_line = known(witness.text(source::host_cmdline));
  world.tomoyo = known(witness.text(source::host_tomoyo));
  world.ipe_policies = known(witness.properties(source::host_ipe));
  world.bpf_programs = known(witness.properties(source::host_bpf_programs));
  world.uid_map = known(witness.id_map(source::target_uid_map));
  world.gid_map = known(witness.id_map(source::target_gid_map));
  world.user_ns = known(witness.user_ns());
  world.ns_owners = known(witness.properties(source::target_ns_owners));
  world.main_ns = of_task(known(witness.task_ns()), world.pid, source::target_tasks_ns);
  if (const auto self = known(witness.self_ns()); self && !self->empty()) {
    if (const auto inode = inode_of(self->front(), "user"))
      world.inspector_user_ns = *inode;
    if (const auto inode = inode_of(self->front(), "net"))
      world.inspector_net_ns = *inode;
  }
  const bool none_can_exist = landlock_offered(witness).none_can_exist;
  const Labels all_labels = labels(witness, world);
  add_subjects(world, witness, all_labels, none_can_exist);
  world.seccomp = [&witness](const Task& task, const Syscalls& needed) {
    return seccomp_reach(witness, task, needed);
  };
  if (const auto* process = std::get_if<ProcessQuestion>(&question.about)) {
    world.ptrace_scope = known(witness.count(source::host_ptrace_scope));
    world.peer = peer_of(witness, process->pid, all_labels, none_can_exist);
    return world;
  }
  world.mounts = known(witness.mounts());
  world.more_mounts = mounts_above(witness, world);
  world.unprivileged_port_start = known(witness.count(source::host_unprivileged_port_start));
  world.cgroup = known(witness.text(source::target_cgroup));
  world.protected_symlinks = known(witness.count(source::host_protected_symlinks));
  world.walk = [&witness,
                walks = std::make_shared<std::map<std::string, Known<PathWalk>>>()](const std::string& path) {
    const auto asked = walks->find(path); // each path is walked once: else two rules could see two files
    return asked != walks->end() ? asked->second
                                 : walks->emplace(path, known(witness.walk(path))).first->second;
  };
  return world;
}

} // namespace sbx
