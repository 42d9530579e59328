#include "can/process_permission.h"

#include <array>

namespace sbx {

namespace {

enum Id { real, effective, saved }; // of the four that a status prints

const std::string unseen_ids = "the ids of both were not seen";

// Real, effective and saved ids of the tracee are all the real one of the tracer.
Answer ids_match(const World& world, const ProcStatus& tracer, const ProcStatus& tracee) {
  Answer match = Answer::yes;
  for (const Id id : {effective, saved, real}) {
    match = all_of(match, same_task_id(world, (*tracer.uid)[real], (*tracee.uid)[id]));
    match = all_of(match, same_task_id(world, (*tracer.gid)[real], (*tracee.gid)[id]));
  }
  return match;
}

// The tracee may do nothing that the tracer may not: of the same user namespace, and no capability more.
Answer holds_no_more(const Subject& tracer, const Peer& tracee) {
  const auto own = inode_of(tracer.ns, "user"), other = inode_of(tracee.ns, "user");
  const auto& mine = tracer.task.status->cap_prm;
  const auto& theirs = tracee.status->cap_prm;
  if (!own || !other || !mine || !theirs)
    return Answer::unknown;
  return *own == *other && (*theirs & ~*mine) == 0 ? Answer::yes : Answer::no;
}

} // namespace

Check ptrace_permission(const World& world, const Subject& subject, const Peer& peer) {
  const auto& status = subject.task.status;
  if (!status || !status->uid || !status->gid || !peer.status || !peer.status->uid || !peer.status->gid)
    return {Answer::unknown, unseen_ids};
  const Answer capable = capable_in(world, subject, cap_sys_ptrace, peer.user_ns);
  // Whether a process may be dumped is asked of the user namespace that its memory was made in, which is the
  // initial one or below: a capability in the initial one always counts.
  if (has_capability(subject, cap_sys_ptrace) == Answer::yes && in_initial_user_ns(subject))
    return {Answer::yes, "it holds CAP_SYS_PTRACE in the initial user namespace"};
  const Answer ids = any_of(ids_match(world, *status, *peer.status), capable);
  if (ids == Answer::no)
    return {Answer::no,
            "the other's uids and gids are not all its own real ones, and it has no CAP_SYS_PTRACE over it"};
  const Answer no_more = any_of(holds_no_more(subject, peer), capable);
  if (no_more == Answer::no)
    return {Answer::no,
            "the other holds capabilities that it lacks, or is in another user namespace, and it has no "
            "CAP_SYS_PTRACE over it"};
  if (ids == Answer::unknown || no_more == Answer::unknown)
    return {Answer::unknown, "whether its ids match, or its capabilities reach the other, was not seen"};
  return {Answer::unknown,
          "its ids and capabilities suffice if the other is dumpable (PR_SET_DUMPABLE), which is not "
          "seen"};
}

Check signal_permission(const World& world, const Subject& subject, const Peer& peer) {
  if (peer.pid == world.pid)
    return {Answer::yes, "a process may signal itself"};
  const auto& status = subject.task.status;
  if (!status || !status->uid || !peer.status || !peer.status->uid)
    return {Answer::unknown, unseen_ids};
  Answer ids = Answer::no;
  for (const Id own : {effective, real})
    for (const Id other : {saved, real})
      ids = any_of(ids, same_task_id(world, (*status->uid)[own], (*peer.status->uid)[other]));
  const Answer capable = capable_in(world, subject, cap_kill, peer.user_ns);
  switch (any_of(ids, capable)) {
  case Answer::yes:
    return {Answer::yes, ids == Answer::yes ? "its uid is the other's" : "it holds CAP_KILL over the other"};
  case Answer::no:
    return {Answer::no,
            "neither its real nor its effective uid is the other's real or saved one, and it has no "
            "CAP_KILL over it (SIGCONT within a session is another matter)"};
  case Answer::unknown:
    break;
  }
  return {Answer::unknown,
          "whether its uid is the other's, or its capabilities reach the other, was not seen"};
}

} // namespace sbx
