#include "seccomp/multiplexed_call.h"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

struct Row {
  std::string_view name;
  MultiplexedCall call;
};

constexpr std::string_view socketcall = "socketcall", ipc = "ipc";
constexpr std::array rows{
    Row{"socket", {socketcall, 1}},
    Row{"bind", {socketcall, 2}},
    Row{"connect", {socketcall, 3}},
    Row{"listen", {socketcall, 4}},
    Row{"accept", {socketcall, 5}},
    Row{"getsockname", {socketcall, 6}},
    Row{"getpeername", {socketcall, 7}},
    Row{"socketpair", {socketcall, 8}},
    Row{"send", {socketcall, 9}},
    Row{"recv", {socketcall, 10}},
    Row{"sendto", {socketcall, 11}},
    Row{"recvfrom", {socketcall, 12}},
    Row{"shutdown", {socketcall, 13}},
    Row{"setsockopt", {socketcall, 14}},
    Row{"getsockopt", {socketcall, 15}},
    Row{"sendmsg", {socketcall, 16}},
    Row{"recvmsg", {socketcall, 17}},
    Row{"accept4", {socketcall, 18}},
    Row{"recvmmsg", {socketcall, 19}},
    Row{"sendmmsg", {socketcall, 20}},
    Row{"semop", {ipc, 1}},
    Row{"semget", {ipc, 2}},
    Row{"semctl", {ipc, 3}},
    Row{"semtimedop", {ipc, 4}},
    Row{"msgsnd", {ipc, 11}},
    Row{"msgrcv", {ipc, 12}},
    Row{"msgget", {ipc, 13}},
    Row{"msgctl", {ipc, 14}},
    Row{"shmat", {ipc, 21}},
    Row{"shmdt", {ipc, 22}},
    Row{"shmget", {ipc, 23}},
    Row{"shmctl", {ipc, 24}},
};

} // namespace

std::optional<MultiplexedCall> multiplexed_call(std::string_view name) {
  const auto* const found = std::ranges::find(rows, name, &Row::name);
  return found == rows.end() ? std::nullopt : std::optional(found->call);
}

} // namespace sbx
