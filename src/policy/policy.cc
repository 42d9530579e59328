#include "policy/policy.h"

#include "core/sha256.h"
#include "policy/container_inspect.h"
#include "policy/document.h"
#include "policy/landlock_config.h"
#include "policy/oci_config.h"
#include "policy/openshell_policy.h"
#include "policy/policy_kind.h"
#include "policy/systemd_unit.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

std::string_view policy_kind_name(PolicyKind kind) {
  switch (kind) {
  case PolicyKind::openshell:
    return "openshell";
  case PolicyKind::landlock_config:
    return "landlockconfig";
  case PolicyKind::oci_config:
    return "oci";
  case PolicyKind::container:
    return "container";
  case PolicyKind::systemd_unit:
    return "systemd";
  }
  return "";
}

std::string_view capability_set_name(CapabilitySet set) {
  switch (set) {
  case CapabilitySet::effective:
    return "effective";
  case CapabilitySet::permitted:
    return "permitted";
  case CapabilitySet::inheritable:
    return "inheritable";
  case CapabilitySet::bounding:
    return "bounding";
  case CapabilitySet::ambient:
    return "ambient";
  }
  return "";
}

namespace {

Result<Policy> parse_as(PolicyKind kind, const std::vector<PolicyFile>& files, const Enrichment& enrichment) {
  switch (kind) {
  case PolicyKind::openshell:
    return parse_openshell_policy(files.front(), enrichment);
  case PolicyKind::landlock_config:
    return parse_landlock_config(files.front());
  case PolicyKind::oci_config:
    return parse_oci_config(files.front());
  case PolicyKind::container:
    return parse_container_inspect(files.front());
  case PolicyKind::systemd_unit:
    return parse_systemd_unit(files);
  }
  return error(ErrorKind::usage, "no such kind of policy");
}

} // namespace

Result<Policy> parse_policy(const std::vector<PolicyFile>& files, std::optional<PolicyKind> kind,
                            const Enrichment& enrichment) {
  if (files.empty())
    return error(ErrorKind::usage, "a policy of no file");
  for (const PolicyFile& file : files)
    if (file.bytes.size() > most_document_bytes)
      return error_at({file.name, {}}, fmt::format("more than {} bytes", most_document_bytes));
  if (!kind) {
    const Result<PolicyKind> seen = policy_kind_of(files.front());
    if (!seen)
      return tl::unexpected(seen.error());
    kind = *seen;
  }
  if (files.size() > 1 && *kind != PolicyKind::systemd_unit)
    return error_at({files[1].name, {}},
                    fmt::format("a second file: a policy of the kind {} is one", policy_kind_name(*kind)));
  Result<Policy> policy = parse_as(*kind, files, enrichment);
  if (!policy)
    return policy;
  policy->kind = *kind;
  policy->file = files.front().name;
  std::string bytes;
  for (const PolicyFile& file : files)
    bytes += file.bytes;
  policy->sha256 = sha256_hex(bytes);
  return policy;
}

} // namespace sbx
