#include "policy/openshell_network.h"

#include "core/escape.h"

#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::string_view why_egress =
    "rules for egress by host are enforced in OpenShell's proxy or network broker: no layer of the kernel "
    "shows them";
constexpr std::string_view why_middleware = "OpenShell's proxy applies it: no layer of the kernel shows it";

// A map of named maps: none, or null, is empty.
const std::vector<Member>& rules(Fields& top, std::string_view key) {
  static const std::vector<Member> none;
  const Node* const found = top.find(key);
  return found && found->kind != NodeKind::null ? map_of(*found, top.file(), key) : none;
}

void endpoint(const Node& node, const std::string& file, const std::string& called) {
  Fields fields(node, file, called, NullMeans::wrong);
  fields.text("host");
  fields.text("path");
  fields.integer("port", 0, 65535);
  if (const std::vector<Node>* const ports = fields.list("ports"))
    for (const Node& port : *ports)
      integer_of(port, file, fields.path("ports"), 0, 65535);
  fields.texts("allowed_ips");
  fields.ignore({"protocol", "tls", "enforcement", "access", "rules", "deny_rules", "allow_encoded_slash",
                 "websocket_credential_rewrite", "request_body_credential_rewrite",
                 "allow_uninspected_credentials", "credential_signing", "signing_service", "signing_region",
                 "credential_binding", "persisted_queries", "graphql_persisted_queries",
                 "graphql_max_body_bytes", "json_rpc", "mcp"});
  fields.finish();
}

void policy_rule(const Member& member, const std::string& file, const std::string& called) {
  Fields fields(member.value, file, called, NullMeans::wrong);
  fields.text("name");
  if (const std::vector<Node>* const endpoints = fields.list("endpoints"))
    for (const Node& each : *endpoints)
      endpoint(each, file, fields.path("endpoints"));
  if (const std::vector<Node>* const binaries = fields.list("binaries"))
    for (const Node& each : *binaries) {
      Fields binary(each, file, fields.path("binaries"), NullMeans::wrong);
      text_of(binary.need("path"), file, binary.path("path"));
      binary.ignore({"harness"});
      binary.finish();
    }
  fields.finish();
}

void middleware(const Member& member, const std::string& file, const std::string& called) {
  Fields fields(member.value, file, called, NullMeans::wrong);
  fields.ignore({"name", "middleware", "order", "config", "on_error", "endpoints"});
  fields.finish();
}

} // namespace

bool openshell_network(Fields& top, std::vector<Wish<Unchecked>>& unchecked) {
  const auto row = [&](const Member& member, const std::string& called, std::string_view why) {
    unchecked.push_back({{called, std::string(why)}, {top.file(), member.mark}, ""});
  };
  const std::vector<Member>& policies = rules(top, "network_policies");
  for (const Member& member : policies) {
    const std::string called = fmt::format("network_policies.{}", escaped(member.key, 80));
    policy_rule(member, top.file(), called);
    row(member, called, why_egress);
  }
  for (const Member& member : rules(top, "network_middlewares")) {
    const std::string called = fmt::format("network_middlewares.{}", escaped(member.key, 80));
    middleware(member, top.file(), called);
    row(member, called, why_middleware);
  }
  return !policies.empty();
}

} // namespace sbx
