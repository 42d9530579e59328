#include "can/evaluate.h"
#include "can/ids.h"
#include "can/landlock_check.h"
#include "can/lsm_check.h"
#include "can/process_permission.h"
#include "rules/initial_ns.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

// Has the thread a number for the other? It sees its own PID namespace and those below; pid_namespaces(7).
Check visible(const Subject& subject, const Peer& peer) {
  const auto own = inode_of(subject.ns, "pid"), other = inode_of(peer.ns, "pid");
  if (own == initial_inode("pid"))
    return {Answer::yes, "the initial PID namespace shows every process"};
  if (!own || !other)
    return {Answer::unknown, "the PID namespaces were not both seen"};
  if (*own == *other)
    return {Answer::yes, "both are in the same PID namespace"};
  if (*other == initial_inode("pid"))
    return {Answer::no, "the other is in the initial PID namespace, which this PID namespace does not show"};
  return {Answer::unknown, "they are in different PID namespaces; whether the other's is below was not seen"};
}

// yama_ptrace_access_check(), security/yama/yama_lsm.c
Check yama_allows(const World& world, const Subject& subject, const Peer& peer) {
  const bool listed = world.active_lsms && std::find(world.active_lsms->begin(), world.active_lsms->end(),
                                                     "yama") != world.active_lsms->end();
  if (world.active_lsms && !listed)
    return {Answer::yes, "not active"};
  if (!world.ptrace_scope)
    return {Answer::unknown, "its ptrace_scope was not seen: " + world.ptrace_scope.error().detail};
  const std::uint64_t scope = *world.ptrace_scope;
  const std::string words = fmt::format("ptrace_scope {}", scope);
  if (scope == 0)
    return {Answer::yes, words + ": no rule of its own"};
  if (scope == 3)
    return {Answer::no, words + ": nobody attaches"};
  if (scope > 3)
    return {Answer::unknown, words + " is not known here"};
  const Answer capable = capable_in(world, subject, cap_sys_ptrace, peer.user_ns);
  if (capable == Answer::yes)
    return {Answer::yes, words + ", with CAP_SYS_PTRACE over the other"};
  if (scope == 2)
    return {capable, words + ": only with CAP_SYS_PTRACE over the other" +
                         (capable == Answer::no ? "" : ", which was not seen")};
  if (peer.status && peer.status->ppid == world.pid)
    return {Answer::yes, words + ": the other is its child"};
  return {Answer::unknown,
          words + ": only descendants, and who called prctl(PR_SET_PTRACER); whether the other did, or "
                  "descends further down, is not seen"};
}

// What ptrace_attach(), kernel/ptrace.c, refuses whoever asks.
Check attachable(const World& world, const Peer& peer) {
  if (peer.pid == world.pid)
    return {Answer::no, "a process cannot attach to itself"};
  if (!peer.status)
    return {Answer::unknown, "the other's status was not seen: " + peer.status.error().detail};
  if (peer.status->state == 'Z' || peer.status->state == 'X')
    return {Answer::no, "the other has exited"};
  if (peer.status->kthread == true)
    return {Answer::no, "the other is a kernel thread"};
  if (!peer.status->kthread && !peer.has_program)
    return {Answer::unknown, "whether the other is a kernel thread was not seen"};
  if (!peer.status->tracer_pid)
    return {Answer::unknown, "whether the other is traced already was not seen"};
  if (*peer.status->tracer_pid != 0)
    return {Answer::no, fmt::format("the other is traced already, by process {}", *peer.status->tracer_pid)};
  return {Answer::yes, "it runs, and nobody traces it"};
}

Check signalled_landlock(const World& world, const Subject& subject, const Peer& peer) {
  Check check = landlock_allows_signal(subject, peer.domain);
  if (check.answer == Answer::no &&
      peer.pid == world.pid) // fixed as erratum 2: threads of one process are exempt
    return {Answer::unknown,
            check.detail + "; that it is of the same process counts on kernels with erratum 2 fixed"};
  return check;
}

} // namespace

std::vector<Asked> ask_about_process(const ProcessQuestion& question, const World& world,
                                     const Subject& subject) {
  const bool ptrace = question.deed == ProcessDeed::ptrace;
  std::vector<Asked> all{asked_seccomp(world, subject,
                                       ptrace ? Syscalls{{"ptrace"}}
                                              : Syscalls{{"kill", "tkill", "tgkill", "rt_sigqueueinfo",
                                                          "rt_tgsigqueueinfo", "pidfd_send_signal"}})};
  if (!world.peer) {
    all.push_back({"process", Answer::unknown, "the other process was not looked at"});
    return all;
  }
  const Peer& peer = *world.peer;
  all.push_back(asked("namespaces", visible(subject, peer)));
  if (ptrace) {
    all.push_back(asked("process", attachable(world, peer)));
    all.push_back(asked("permissions", ptrace_permission(world, subject, peer)));
    all.push_back(asked("yama", yama_allows(world, subject, peer)));
    all.push_back(asked("landlock", landlock_allows_ptrace(subject, peer.domain)));
  } else {
    all.push_back(asked("permissions", signal_permission(world, subject, peer)));
    all.push_back(asked("landlock", signalled_landlock(world, subject, peer)));
  }
  all.push_back(asked("lsm", labels_allow(world, subject, LsmDeed::process, &peer)));
  all.push_back(asked("bpf", bpf_lsm_allows(world)));
  return all;
}

} // namespace sbx
