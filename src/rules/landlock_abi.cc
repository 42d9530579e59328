#include "rules/landlock_abi.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sbx {

namespace {

using enum LandlockKind;

constexpr std::array rights{
    LandlockRight{"execute", fs, 0, 1, "running any program that ordinary permissions allow"},
    LandlockRight{"write_file", fs, 1, 1, "writing to existing files"},
    LandlockRight{"read_file", fs, 2, 1, "reading files"},
    LandlockRight{"read_dir", fs, 3, 1, "listing directories"},
    LandlockRight{"remove_dir", fs, 4, 1, "removing directories"},
    LandlockRight{"remove_file", fs, 5, 1, "removing files"},
    LandlockRight{"make_char", fs, 6, 1, "making character devices"},
    LandlockRight{"make_dir", fs, 7, 1, "making directories"},
    LandlockRight{"make_reg", fs, 8, 1, "making files"},
    LandlockRight{"make_sock", fs, 9, 1, "making sockets in the file system"},
    LandlockRight{"make_fifo", fs, 10, 1, "making named pipes"},
    LandlockRight{"make_block", fs, 11, 1, "making block devices"},
    LandlockRight{"make_sym", fs, 12, 1, "making symbolic links"},
    LandlockRight{"refer", fs, 13, 2, "linking and renaming across directories"},
    LandlockRight{"truncate", fs, 14, 3, "emptying files that it may not write to"},
    LandlockRight{"bind_tcp", net, 0, 4, "listening on every TCP port"},
    LandlockRight{"connect_tcp", net, 1, 4, "connecting to every TCP port"},
    LandlockRight{"ioctl_dev", fs, 15, 5, "ioctl(2) on every device that it can open"},
    LandlockRight{"abstract_unix_socket", scope, 0, 6,
                  "connecting to abstract UNIX sockets of processes outside"},
    LandlockRight{"signal", scope, 1, 6, "sending signals to processes outside"},
    LandlockRight{"resolve_unix", fs, 16, 9, "connecting to UNIX sockets by path"},
    LandlockRight{"bind_udp", net, 2, 10, "binding every UDP port"},
    LandlockRight{"connect_send_udp", net, 3, 10, "sending UDP to every port"},
};

constexpr std::array abis{
    LandlockAbi{1, "5.13", "the first 13 file rights"},
    LandlockAbi{2, "5.19", "linking and renaming across directories"},
    LandlockAbi{3, "6.2", "truncation"},
    LandlockAbi{4, "6.7", "TCP bind and connect"},
    LandlockAbi{5, "6.10", "ioctl on devices"},
    LandlockAbi{6, "6.12", "scopes: abstract UNIX sockets and signals"},
    LandlockAbi{7, "6.15", "audit records; no right"},
    LandlockAbi{8, "7.0", "restricting all threads at once; no right"},
    LandlockAbi{9, "7.1", "connecting to UNIX sockets by path"},
    LandlockAbi{10, "7.2", "UDP bind, connect and send"},
    LandlockAbi{11, "7.3", "setting no_new_privs in the same call; no right"},
};

// security/landlock/errata/abi-*.h
constexpr std::array errata{
    LandlockErratum{1, 4, "TCP rights are applied to SMC, MPTCP and SCTP sockets too: stricter than asked",
                    false},
    LandlockErratum{
        2, 6, "the signal scope stops threads of one process from signalling each other: stricter than asked",
        false},
    LandlockErratum{
        3, 1, "rights can be widened by rename or link of a disconnected directory (CVE-2025-68736)", true},
    LandlockErratum{4, 1, "creating a whiteout asks for make_char instead of make_reg", false},
};

constexpr bool in_order_without_holes() {
  for (std::size_t i = 0; i < abis.size(); ++i)
    if (abis[i].abi != i + 1)
      return false;
  for (std::size_t i = 1; i < rights.size(); ++i)
    if (rights[i].abi < rights[i - 1].abi)
      return false;
  return true;
}
static_assert(in_order_without_holes());

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }

std::string_view kind_prefix(LandlockKind kind) {
  switch (kind) {
  case fs:
    return "fs_bit_";
  case net:
    return "net_bit_";
  case scope:
    return "scope_bit_";
  }
  return "bit_";
}

std::uint64_t mask_of(const LandlockMasks& masks, LandlockKind kind) {
  switch (kind) {
  case fs:
    return masks.fs;
  case net:
    return masks.net;
  case scope:
    return masks.scoped;
  }
  return 0;
}

bool handles(const LandlockMasks& masks, const LandlockRight& right) {
  return (mask_of(masks, right.kind) & bit(right.bit)) != 0;
}

std::string name_of(LandlockKind kind, unsigned number) {
  for (const LandlockRight& right : rights)
    if (right.kind == kind && right.bit == number)
      return std::string(right.name);
  return std::string(kind_prefix(kind)) + std::to_string(number);
}

} // namespace

std::span<const LandlockRight> landlock_rights() { return rights; }
std::span<const LandlockAbi> landlock_abis() { return abis; }
std::span<const LandlockErratum> landlock_errata() { return errata; }

const LandlockAbi* landlock_abi(unsigned abi) {
  return abi >= 1 && abi <= abis.size() ? &abis[abi - 1] : nullptr;
}

std::vector<std::string> landlock_names(LandlockKind kind, std::uint64_t mask) {
  std::vector<std::string> names;
  for (; mask != 0; mask &= mask - 1)
    names.push_back(name_of(kind, static_cast<unsigned>(std::countr_zero(mask))));
  return names;
}

unsigned landlock_level(const LandlockMasks& masks, std::optional<unsigned> kernel_abi) {
  const unsigned highest = abis.back().abi;
  unsigned level = kernel_abi ? std::min(*kernel_abi, highest) : highest;
  for (const LandlockRight& right : rights)
    if (!handles(masks, right))
      level = std::min(level, right.abi - 1);
  return level;
}

std::vector<LandlockRight> landlock_not_handled(const LandlockMasks& masks, unsigned abi) {
  std::vector<LandlockRight> open;
  for (const LandlockRight& right : rights)
    if (right.abi <= abi && !handles(masks, right))
      open.push_back(right);
  return open;
}

std::vector<LandlockErratum> landlock_open_errata(std::uint64_t fixed, unsigned abi) {
  std::vector<LandlockErratum> open;
  for (const LandlockErratum& erratum : errata)
    if (erratum.abi <= abi && !(fixed & bit(erratum.number - 1)))
      open.push_back(erratum);
  return open;
}

} // namespace sbx
