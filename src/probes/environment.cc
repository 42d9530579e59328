#include "probes/environment.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "rules/secret_names.h"

#include <fmt/core.h>
#include <set>
#include <string_view>

namespace sbx {

namespace {

constexpr std::size_t most_names = 64;

struct Secrets {
  std::vector<std::string> names; // escaped, in the order of the environment
  std::size_t count = 0, empty = 0;
  bool redacted = false;
};

// The first of a name counts, as for getenv(3): a second one under it is read by nobody.
Secrets secrets_of(const EnvironNames& environment) {
  Secrets found;
  std::set<std::string_view> known;
  for (const EnvironName& it : environment.names) {
    found.redacted = found.redacted || it.redacted;
    if (!(it.redacted ? it.secret : names_a_secret(it.name)))
      continue;
    if (!it.redacted && it.left_out == 0 && !known.insert(it.name).second)
      continue;
    if (!it.has_value) {
      ++found.empty;
      continue;
    }
    ++found.count;
    if (!it.redacted)
      found.names.push_back(escaped(it.name));
  }
  return found;
}

void warn(const Secrets& found, std::vector<Warning>& warnings) {
  if (found.count == 0)
    return;
  warnings.push_back(
      {"filesystem.environment_secrets", Severity::medium,
       "its environment holds what looks like secrets by their names: all that runs in the sandbox can read "
       "them",
       found.redacted ? fmt::format("{} names, which are not told", found.count) : some_of(found.names),
       "keep secrets outside, behind a proxy that adds them; placeholders look the same here, for values are "
       "not read"});
}

Claims claimed(const Secrets& found, const EnvironNames& environment) {
  Claims names = Claims::array();
  for (const std::string& name : found.names)
    if (names.size() < most_names)
      names.push_back(name);
  return {{"count", found.count},
          {"names", found.redacted ? Claims() : std::move(names)},
          {"empty", found.empty},
          {"redacted", found.redacted},
          {"not_looked_at", environment.more}};
}

} // namespace

void add_environment(Witness& witness, Finding& finding, std::vector<Warning>& warnings) {
  Claims secrets, reason;
  witness.environ_names().match(
      [&](const Seen<EnvironNames>& seen) {
        const Secrets found = secrets_of(seen.value());
        secrets = claimed(found, seen.value());
        warn(found, warnings);
      },
      [&](const Gap& gap) { reason = fmt::format("{}: {}", gap_kind_name(gap.kind), gap.detail); });
  finding.claim("secrets_in_environment", std::move(secrets));
  finding.claim("environment_not_read", std::move(reason));
}

} // namespace sbx
