#include "report/claim_sense.h"

#include <algorithm>
#include <iterator>

namespace sbx {

namespace {

struct ClaimRow {
  std::string_view layer;
  std::string_view pointer; // below the claims; "*" is any one key
  Sense sense;
};

// What is compared by its value; all else that differs is told as changed.
constexpr ClaimRow rows[] = {
    {"landlock", "/level", Sense::withholds},
    {"landlock", "/layers", Sense::withholds},
    {"landlock", "/handled_fs", Sense::withholds},
    {"landlock", "/handled_net", Sense::withholds},
    {"landlock", "/scoped", Sense::withholds},
    {"landlock", "/proved_handled", Sense::withholds},
    {"landlock", "/proved_level", Sense::withholds},
    {"seccomp", "/filters", Sense::withholds},
    {"seccomp", "/architectures/*/denied", Sense::withholds},
    {"capabilities", "/effective", Sense::grants},
    {"capabilities", "/permitted", Sense::grants},
    {"capabilities", "/inheritable", Sense::grants},
    {"capabilities", "/bounding", Sense::grants},
    {"capabilities", "/ambient", Sense::grants},
    {"capabilities", "/user_namespace/initial", Sense::grants},
    {"namespaces", "/*/initial", Sense::grants},
    {"namespaces", "/user_depth", Sense::withholds},
    {"network", "/may_change", Sense::grants},
    {"network", "/accepted_ipv4", Sense::grants},
    {"network", "/accepted_ipv6", Sense::grants},
    {"network", "/namespaces", Sense::neither},
    {"filesystem", "/fds_outside", Sense::grants},
    {"filesystem", "/root/read_only", Sense::withholds},
    {"filesystem", "/root/escapable", Sense::grants},
    {"filesystem", "/root/cwd_outside", Sense::grants},
    {"filesystem", "/host_mounts", Sense::grants},
    {"filesystem", "/host_writable", Sense::grants},
    {"filesystem", "/masked", Sense::withholds},
    {"filesystem", "/unmasked", Sense::grants},
    {"filesystem", "/devices", Sense::grants},
    {"filesystem", "/credentials", Sense::grants},
    {"filesystem", "/propagation/shared_with_host", Sense::grants},
    {"filesystem", "/propagation/received_from_host", Sense::grants},
    {"policy", "/skipped", Sense::grants},
    {"policy", "/missing_rules", Sense::grants},
    {"policy", "/extra", Sense::grants},
};

// Other in any two runs, or said already by another claim. A "*" stands for one key.
constexpr std::string_view passed_over[] = {
    "/tasks_total",
    "/tasks_confined",
    "/tasks_set",
    "/tasks_filtered",
    "/domains",
    "/domain_list",
    "/layers_detail",
    "/rules",
    "/rule_list",
    "/not_handled",
    "/own_layers",
    "/blob_offset_from",
    "/trial",
    "/warnings",
    "/policy",
    "/rows",
    "/claims",
    "/chain_list",
    "/filter_list",
    "/read_by",
    "/denied",
    "/conditional",
    "/supervised",
    "/default_action",
    "/profile",
    "/architectures/*/allowed",
    "/architectures/*/not_evaluated",
    "/because",
    "/neighbours",
    "/neighbours_unseen",
    "/attempts",
    "/socket_tables",
    "/fds_outside_count",
    "/fds_unclear",
    "/fds_stdio",
    "/mounts",
    "/root/source",
    "/root/host_path",
    "/propagation/shared",
    "/propagation/slave",
    "/*/inode",
};

bool matches(std::string_view pattern, std::string_view pointer) {
  while (!pattern.empty() && !pointer.empty()) {
    pattern.remove_prefix(1); // the slashes
    pointer.remove_prefix(1);
    const std::string_view want = pattern.substr(0, pattern.find('/'));
    const std::string_view have = pointer.substr(0, pointer.find('/'));
    if (want != "*" && want != have)
      return false;
    pattern.remove_prefix(want.size());
    pointer.remove_prefix(have.size());
  }
  return pattern.empty() && pointer.empty();
}

} // namespace

std::optional<Sense> claim_sense(std::string_view layer, std::string_view pointer) {
  if (std::any_of(std::begin(passed_over), std::end(passed_over),
                  [&](std::string_view it) { return matches(it, pointer); }))
    return std::nullopt;
  for (const ClaimRow& row : rows)
    if (row.layer == layer && matches(row.pointer, pointer))
      return row.sense;
  return Sense::neither;
}

} // namespace sbx
