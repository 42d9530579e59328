#include "probes/socket_reach.h"

#include "probes/seccomp_reach.h"

#include <optional>
#include <set>
#include <utility>

namespace sbx {

namespace {

// The weakest thread decides: any that may is enough, and none is, only where all were seen.
SocketReach socket_reach(Witness& witness, const Syscalls& needed) {
  SocketReach found;
  witness.tasks().match(
      [&](const Seen<Tasks>& seen) {
        std::set<std::pair<unsigned, std::optional<std::size_t>>>
            asked; // threads under the same filters answer alike
        bool first = true;
        for (const Task* task : counted(seen.value())) {
          const unsigned mode = task->status && task->status->seccomp ? *task->status->seccomp : ~0U;
          if (!asked.emplace(mode, newest_filter(witness, *task)).second)
            continue;
          const SeccompReach reach = seccomp_reach(witness, *task, needed);
          found.supervised = found.supervised || reach.notified;
          const Answer merged = first ? reach.answer : any_of(found.answer, reach.answer);
          if (first || merged != found.answer)
            found.detail = reach.detail;
          found.answer = merged;
          first = false;
        }
        if (!seen.value().settled && found.answer == Answer::no)
          found = {Answer::unknown, found.supervised, "threads came faster than they could be read"};
      },
      [&](const Gap& gap) { found.detail = gap.detail; });
  return found;
}

// include/linux/socket.h; socketcall(2) has what it is told in memory, but for the call. A type may have
// flags.
constexpr std::uint32_t af_inet = 2, af_inet6 = 10, af_packet = 17, sock_raw = 3, sys_socket = 1;

const Syscalls makes_internet{
    {{"socket", {0, af_inet}}, {"socket", {0, af_inet6}}, {"socketcall", {0, sys_socket}}}},
    makes_packet{{{"socket", {0, af_packet}}, {"socketcall", {0, sys_socket}}}},
    makes_raw{{{"socket", {1, sock_raw}}, {"socketcall", {0, sys_socket}}}};

} // namespace

SocketReaches socket_reaches(Witness& witness) {
  return {socket_reach(witness, makes_internet), socket_reach(witness, makes_packet),
          socket_reach(witness, makes_raw)};
}

} // namespace sbx
