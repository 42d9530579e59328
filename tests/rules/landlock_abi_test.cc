#include "rules/landlock_abi.h"

#include <catch2/catch.hpp>

using sbx::landlock_level;
using sbx::landlock_names;
using sbx::landlock_not_handled;
using sbx::LandlockKind;
using sbx::LandlockMasks;
using Names = std::vector<std::string>;

namespace {
constexpr std::uint64_t fs_up_to(unsigned bit) { return (std::uint64_t{1} << (bit + 1)) - 1; }

Names open_names(const LandlockMasks& masks, unsigned abi) {
  Names names;
  for (const auto& right : landlock_not_handled(masks, abi))
    names.emplace_back(right.name);
  return names;
}
} // namespace

TEST_CASE("landlock_abi: a level is reached with every right up to it, as each kernel brought them") {
  CHECK(landlock_level({fs_up_to(12), 0, 0}, 1) == 1);
  CHECK(landlock_level({fs_up_to(13), 0, 0}, 7) == 2);
  CHECK(landlock_level({fs_up_to(14), 0, 0}, 7) == 3);
  CHECK(landlock_level({fs_up_to(14), 3, 0}, 7) == 4);
  CHECK(landlock_level({fs_up_to(15), 3, 0}, 7) == 5);
  CHECK(landlock_level({fs_up_to(15), 3, 3}, 6) == 6);
}

TEST_CASE("landlock_abi: an ABI without rights of its own is reached with the one before") {
  CHECK(landlock_level({fs_up_to(15), 3, 3}, 7) == 7);
  CHECK(landlock_level({fs_up_to(15), 3, 3}, 8) == 8);
  CHECK(landlock_level({fs_up_to(15), 3, 3}, 9) == 8);
  CHECK(landlock_level({fs_up_to(16), 3, 3}, 11) == 9);
  CHECK(landlock_level({fs_up_to(16), 15, 3}, 11) == 11);
}

TEST_CASE("landlock_abi: a level is never above what the kernel offers, nor above what is known here") {
  const LandlockMasks all{~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}};
  CHECK(landlock_level(all, 3) == 3);
  CHECK(landlock_level(all, 99) == 11);
  CHECK(landlock_level(all, std::nullopt) == 11);
}

TEST_CASE("landlock_abi: one hole holds the level down, whatever is handled above it") {
  CHECK(landlock_level({fs_up_to(15) & ~std::uint64_t{1}, 3, 3}, 7) == 0);
  CHECK(landlock_level({fs_up_to(15), 1, 3}, 7) == 3);
  CHECK(landlock_level({fs_up_to(15), 3, 2}, 7) == 5);
  CHECK(landlock_level({0, 3, 3}, 7) == 0);
}

TEST_CASE("landlock_abi: a mask has names, and bits of a newer kernel have their number") {
  CHECK(landlock_names(LandlockKind::fs, 0).empty());
  CHECK(landlock_names(LandlockKind::fs, 5) == Names{"execute", "read_file"});
  CHECK(landlock_names(LandlockKind::fs, std::uint64_t{3} << 16) == Names{"resolve_unix", "fs_bit_17"});
  CHECK(landlock_names(LandlockKind::net, 0x1f) ==
        Names{"bind_tcp", "connect_tcp", "bind_udp", "connect_send_udp", "net_bit_4"});
  CHECK(landlock_names(LandlockKind::scope, (std::uint64_t{1} << 63) | 2) == Names{"signal", "scope_bit_63"});
}

TEST_CASE("landlock_abi: what is missing is named up to the ABI asked for and no further") {
  const LandlockMasks abi_2{fs_up_to(13), 0, 0};
  CHECK(landlock_not_handled(abi_2, 2).empty());
  CHECK(open_names(abi_2, 4) == Names{"truncate", "bind_tcp", "connect_tcp"});
  CHECK(open_names(abi_2, 7) ==
        Names{"truncate", "bind_tcp", "connect_tcp", "ioctl_dev", "abstract_unix_socket", "signal"});
}

TEST_CASE("landlock_abi: an erratum is open where the kernel knows the fault and does not call it fixed") {
  CHECK(sbx::landlock_open_errata(15, 7).empty());
  const auto open = sbx::landlock_open_errata(7, 7);
  REQUIRE(open.size() == 1);
  CHECK(open.front().number == 4);
  CHECK_FALSE(open.front().security);
  CHECK(sbx::landlock_open_errata(3, 7).front().security); // the third lets rights be widened
  CHECK(sbx::landlock_open_errata(0, 2).size() == 2);      // ABI 2 has neither TCP nor scopes
}
