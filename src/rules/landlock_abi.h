// Which rights does each Landlock ABI know, and how far does a domain reach? include/uapi/linux/landlock.h
// of 7.3.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class LandlockKind { fs, net, scope };

struct LandlockRight {
  std::string_view name; // as in landlock(7), lower case, without the prefix
  LandlockKind kind;
  unsigned bit;
  unsigned abi;          // that introduced it
  std::string_view open; // what stays possible where no layer handles it
};

struct LandlockAbi {
  unsigned abi;
  std::string_view kernel; // the mainline release that brought it
  std::string_view adds;   // in words
};

// Bit `number - 1` of the kernel's errata answer is set where it is fixed. Fixes are backported to stable
// kernels, so only the answer counts, never the version.
struct LandlockErratum {
  unsigned number;
  unsigned abi; // the lowest ABI that has the fault
  std::string_view meaning;
  bool security; // it lets through what should be denied
};

// What a domain handles, all its layers together.
struct LandlockMasks {
  std::uint64_t fs = 0; // with refer: a domain denies it even where no layer handles it
  std::uint64_t net = 0;
  std::uint64_t scoped = 0;
};

std::span<const LandlockRight> landlock_rights(); // in the order of the ABIs
std::span<const LandlockAbi> landlock_abis();     // from 1 to the highest that is known here
std::span<const LandlockErratum> landlock_errata();
const LandlockAbi* landlock_abi(unsigned abi); // nullptr: not known here

// In the order of the bits; a bit that a newer kernel brought is "fs_bit_17".
std::vector<std::string> landlock_names(LandlockKind kind, std::uint64_t mask);

// The highest N such that the masks hold every right that the ABIs 1 to N introduced; 0 when not even those
// of ABI 1. Never above the kernel's ABI, nor above the highest known here: what a later one adds cannot be
// checked.
unsigned landlock_level(const LandlockMasks& masks, std::optional<unsigned> kernel_abi);

// The rights of the ABIs 1 to `abi` that the masks do not hold, in the order of the ABIs.
std::vector<LandlockRight> landlock_not_handled(const LandlockMasks& masks, unsigned abi);

// The errata that concern a kernel of this ABI and that it does not declare fixed.
std::vector<LandlockErratum> landlock_open_errata(std::uint64_t fixed, unsigned abi);

} // namespace sbx
