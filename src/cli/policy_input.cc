#include "cli/policy_input.h"

#include "cli/unit_files.h"
#include "core/errno_name.h"
#include "core/escape.h"
#include "kernel/file.h"
#include "policy/document.h"

#include <fmt/core.h>

namespace sbx {

namespace {

constexpr std::size_t most_log_bytes = 64 << 20;
constexpr std::string_view unit_prefix = "systemd:";

Result<std::string> bytes_of(const char* option, const std::string& name, std::size_t most) {
  auto bytes = read_named_file(name, most);
  if (bytes)
    return std::move(*bytes);
  const int why = bytes.error().error;
  return error(ErrorKind::usage,
               fmt::format("{}: '{}' cannot be read: {}", option, escaped(name, 200),
                           why == EFBIG ? fmt::format("it has more than {} bytes", most) : errno_name(why)));
}

Result<std::optional<PolicyKind>> kind_of(const std::string& name) {
  if (name.empty())
    return std::optional<PolicyKind>();
  std::string known;
  for (const PolicyKind kind : policy_kinds) {
    if (policy_kind_name(kind) == name)
      return std::optional(kind);
    known += (known.empty() ? "" : ", ") + std::string(policy_kind_name(kind));
  }
  return error(ErrorKind::usage,
               fmt::format("--policy-format: '{}' is not known; known: {}", escaped(name, 40), known));
}

// "baseline,gpu,toplevel,workdir=/sandbox"
Result<Enrichment> enrichment_of(const std::string& list) {
  Enrichment enrichment;
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word == "baseline")
      enrichment.baseline = true;
    else if (word == "gpu")
      enrichment.gpu = true;
    else if (word == "toplevel")
      enrichment.toplevel = true;
    else if (word.starts_with("workdir=/"))
      enrichment.workdir = std::string(word.substr(word.find('=') + 1));
    else
      return error(ErrorKind::usage,
                   fmt::format("--enrich: '{}' is not known; known: baseline, gpu, toplevel, workdir=/PATH",
                               escaped(word, 80)));
  }
  return enrichment;
}

Result<std::vector<PolicyFile>> files_of(const std::string& policy) {
  if (policy.starts_with(unit_prefix))
    return unit_files(policy.substr(unit_prefix.size()));
  auto bytes = bytes_of("--policy", policy, most_document_bytes);
  if (!bytes)
    return tl::unexpected<Error>(bytes.error());
  return std::vector<PolicyFile>{{policy, std::move(*bytes)}};
}

} // namespace

Result<std::optional<Policy>> policy_of(const Options& options) {
  const auto kind = kind_of(options.policy_format);
  if (!kind)
    return tl::unexpected<Error>(kind.error());
  const auto enrichment = enrichment_of(options.enrich);
  if (!enrichment)
    return tl::unexpected<Error>(enrichment.error());
  if (options.policy.empty()) {
    if (!options.policy_format.empty() || !options.enrich.empty())
      return error(ErrorKind::usage,
                   "--policy-format and --enrich say how to read a policy; give it with --policy");
    return std::optional<Policy>();
  }
  const auto files = files_of(options.policy);
  if (!files)
    return tl::unexpected<Error>(files.error());
  return parse_policy(*files, *kind, *enrichment).map([](Policy policy) {
    return std::optional(std::move(policy));
  });
}

Result<std::optional<SupervisorLog>> log_of(const Options& options) {
  if (options.log.empty())
    return std::optional<SupervisorLog>();
  const auto bytes = bytes_of("--log", options.log, most_log_bytes);
  if (!bytes)
    return tl::unexpected<Error>(bytes.error());
  return std::optional(parse_supervisor_log(*bytes, options.log));
}

} // namespace sbx
