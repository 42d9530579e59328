// Which requirements does one claim of a layer decide? One row for each value that can be asked.
#pragma once

#include "core/finding.h"
#include "gate/judged.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

struct ClaimRow {
  enum class Kind {
    word, // the claim is one of `met_by`
    none, // the claim is a list, and empty; a claim that is empty as far as it was seen is null
  };
  std::string_view subject; // as the user writes it; '-' and '_' are the same
  std::string_view value;   // what can be asked of it; rows of one subject stand together
  std::string_view layer;   // the id of the finding that decides
  std::string_view claim;   // where in its claims, as a JSON pointer: "/root/read_only"
  Kind kind;
  std::string_view met_by; // word: joined by '|'; none: the member that names an entry which is an object
  std::string_view wanted; // what the appraisal says was wanted
};

inline constexpr std::array claim_rows{
    ClaimRow{"egress", "none", "network", "/egress", ClaimRow::Kind::word, "none",
             "its network lets nothing out"},
    ClaimRow{"egress", "proxy", "network", "/egress", ClaimRow::Kind::word, "proxy",
             "its network lets out to one peer alone"},
    ClaimRow{"egress", "none|proxy", "network", "/egress", ClaimRow::Kind::word, "none|proxy",
             "its network lets nothing out, or to one peer alone"},
    ClaimRow{"egress", "none|proxy|filtered", "network", "/egress", ClaimRow::Kind::word,
             "none|proxy|filtered", "its network lets out no more than its rules name"},
    ClaimRow{"net.default_route", "none", "network", "/default_route", ClaimRow::Kind::word, "none",
             "no default route, in any table, by IPv4 or IPv6"},
    ClaimRow{"root", "ro", "filesystem", "/root/read_only", ClaimRow::Kind::word, "true",
             "the root directory of every thread is read-only"},
    ClaimRow{"mounts.host_writable", "0", "filesystem", "/host_writable", ClaimRow::Kind::none, "",
             "nothing of the host's own file systems is writable"},
    ClaimRow{"fds.outside", "0", "filesystem", "/fds_outside", ClaimRow::Kind::none, "path",
             "no open descriptor leads out of its root or its namespaces"},
};

// Null where no row has this subject and value; of the subject alone: its first row.
const ClaimRow* find_claim_row(std::string_view subject, std::string_view value);
const ClaimRow* find_claim_subject(std::string_view subject);

// "root=ro", in the order of the rows; of one subject, or of all where it is empty.
std::vector<std::string> claim_clauses(std::string_view subject = {});

// A claim that is missing, null or "unknown" was not seen, and decides nothing.
Judged judge_claim(const Finding& finding, const ClaimRow& row);

} // namespace sbx
