// Which rules does a table of the older iptables hold in this network namespace? Asked by getsockopt(2), as
// lines of target/net/ruleset: the same expressions as those of nf_tables.
#pragma once

#include "kernel/nft_ruleset.h"

#include <string>
#include <string_view>

namespace sbx {

// `v6`: of ip6tables. The names come from /proc/net/ip_tables_names or ip6_tables_names.
NftText read_xtables(bool v6, const std::string& table, std::size_t most_bytes);

// A whole table as the kernel gives it: struct ipt_getinfo, and the entries behind struct ipt_get_entries (or
// ip6t_*, which are of the same form). EBADMSG where it makes no sense.
NftText xtables_lines(bool v6, std::string_view info, std::string_view entries);

} // namespace sbx
