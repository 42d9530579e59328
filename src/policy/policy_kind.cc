#include "policy/policy_kind.h"

#include "policy/document.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sbx {

namespace {

struct KnownKey {
  std::string_view key;
  PolicyKind kind;
};

// Keys that no other kind has at its top; the first that is there decides.
constexpr std::array json_keys{
    KnownKey{"ociVersion", PolicyKind::oci_config},
    KnownKey{"HostConfig", PolicyKind::container},
    KnownKey{"pathBeneath", PolicyKind::landlock_config},
    KnownKey{"ruleset", PolicyKind::landlock_config},
    KnownKey{"netPort", PolicyKind::landlock_config},
    KnownKey{"variable", PolicyKind::landlock_config},
    KnownKey{"filesystem_policy", PolicyKind::openshell},
    KnownKey{"network_policies", PolicyKind::openshell},
    KnownKey{"linux", PolicyKind::oci_config},
    KnownKey{"Config", PolicyKind::container},
    KnownKey{"State", PolicyKind::container},
    KnownKey{"landlock", PolicyKind::openshell},
};
constexpr std::array<std::string_view, 6> openshell_keys{
    "version", "filesystem_policy", "landlock", "process", "network_policies", "network_middlewares"};
constexpr std::array<std::string_view, 5> landlock_keys{"abi", "variable", "ruleset", "path_beneath",
                                                        "net_port"};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string_view first_name(std::string_view line) {
  return line.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(line, is_name) - line.begin()));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos)
    return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// What a line that begins at its first column makes of the file.
std::optional<PolicyKind> by_line(std::string_view line) {
  if (line.starts_with('[')) {
    const bool twice = line.starts_with("[[");
    line.remove_prefix(twice ? 2 : 1);
    line = trimmed(line);
    const std::string_view name = first_name(line);
    if (std::ranges::find(landlock_keys, name) != landlock_keys.end())
      return PolicyKind::landlock_config;
    const bool section = !twice && !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
    return section && line.substr(name.size()) == "]" ? std::optional(PolicyKind::systemd_unit)
                                                      : std::nullopt;
  }
  const std::string_view name = first_name(line);
  const std::string_view rest = trimmed(line.substr(name.size()));
  if (rest.starts_with('=') && std::ranges::find(landlock_keys, name) != landlock_keys.end())
    return PolicyKind::landlock_config;
  if (rest.starts_with(':') && std::ranges::find(openshell_keys, name) != openshell_keys.end())
    return PolicyKind::openshell;
  return std::nullopt;
}

Result<PolicyKind> by_keys(const PolicyFile& file) {
  const Result<Node> document = parse_json_document(file.bytes, file.name);
  if (!document)
    return tl::unexpected(document.error());
  const bool list = document->kind == NodeKind::list && !document->list.empty();
  const Node& top = list ? document->list.front() : *document;
  for (const KnownKey& known : json_keys)
    if (top.find(known.key) && (!list || known.kind == PolicyKind::container))
      return known.kind;
  return error_at({file.name, document->mark},
                  "JSON with no key of a known policy: not landlockconfig, no OCI config.json, and no output "
                  "of docker or podman inspect");
}

// "[{" and "[ ]" begin JSON; "[Service]" and "[[path_beneath]]" do not.
bool is_json(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (!text.starts_with('['))
    return text.starts_with('{');
  text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.starts_with('{') || text.starts_with(']');
}

} // namespace

Result<PolicyKind> policy_kind_of(const PolicyFile& file) {
  std::string_view text = file.bytes;
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  if (is_json(text))
    return by_keys(file);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto kind = by_line(text.substr(0, end)))
      return *kind;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return error_at(
      {file.name, {1, 1}},
      "no kind of policy that is known: not OpenShell's YAML, landlockconfig, an OCI config.json, "
      "the output of docker or podman inspect, or a systemd unit");
}

} // namespace sbx
