// How does nf_tables number what its expressions load? linux/netfilter/nf_tables.h, which does not change.
#pragma once

#include <cstdint>

namespace sbx::nft {

enum Base : std::uint32_t { network_header = 1, transport_header = 2 };

enum Meta : std::uint32_t {
  meta_protocol = 1,
  meta_mark = 3,
  meta_iif = 4,
  meta_oif = 5,
  meta_iifname = 6,
  meta_oifname = 7,
  meta_skuid = 10,
  meta_skgid = 11,
  meta_nfproto = 15,
  meta_l4proto = 16,
};

inline constexpr std::uint32_t ct_state = 0;

} // namespace sbx::nft
