#include "drift/environment_claims.h"

#include "rules/leading_sockets.h"

namespace sbx {

std::vector<Wish<Claimed>> environment_claims(Witness& witness) {
  std::vector<Wish<Claimed>> claims;
  const Place place{std::string(source::target_environ.name), {}};
  witness.properties(source::target_environ)
      .match(
          [&](const Seen<Properties>& seen) {
            for (const Property& it : seen.value())
              if (!names_sockets(it.key)) // which say nothing of a sandbox
                claims.push_back({{"env " + it.key, it.value.value_or("")}, place, ""});
          },
          [&](const Gap& gap) {
            claims.push_back({{"its environment was not read: " + gap.detail, ""}, place, ""});
          });
  return claims;
}

} // namespace sbx
