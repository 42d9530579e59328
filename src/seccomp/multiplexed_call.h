// Which calls of i386 also have a number in socketcall(2) or ipc(2)? A rule about one of them is meant for
// both ways in (abi_rule_add() of libseccomp's src/syscalls.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sbx {

struct MultiplexedCall {
  std::string_view way_in;      // "socketcall" or "ipc"
  std::uint32_t first_argument; // SYS_SOCKET of include/uapi/linux/net.h, SEMOP of include/uapi/linux/ipc.h
};
std::optional<MultiplexedCall> multiplexed_call(std::string_view name);

} // namespace sbx
