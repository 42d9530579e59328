#include "drift/landlock_handled.h"

#include "probes/landlock_domain_claims.h"

#include <algorithm>
#include <fmt/core.h>

namespace sbx {

namespace {

using enum LandlockStatus;

const std::string by_kernel(source::target_landlock.name);

struct PortOpen {
  bool rule = false; // one is about it
  std::uint64_t open = 0;
};

// The rights that every layer grants for it, or does not handle.
PortOpen port_open(const LandlockDomain& domain, std::uint16_t port) {
  std::vector<std::uint64_t> granted(domain.layers.size());
  PortOpen found;
  for (const LandlockRule& rule : domain.rule_list)
    if (rule.port == port) {
      found.rule = true;
      for (const LandlockGrant& grant : rule.grants)
        granted[grant.layer - 1] |= grant.access;
    }
  found.open = ~std::uint64_t{0};
  for (std::size_t i = 0; i < granted.size(); ++i)
    found.open &= granted[i] | ~domain.layers[i].net;
  return found;
}

std::uint64_t judged_net(const LandlockDomain& domain, const LandlockWish& wish) {
  return landlock_masks(domain, std::nullopt).net | (wish.net ? wish.net->value : 0);
}

} // namespace

std::vector<LandlockMaskWish> mask_wishes(const LandlockWish& wish) {
  std::vector<LandlockMaskWish> wishes;
  for (const LandlockMaskWish& one :
       {LandlockMaskWish{"fs", LandlockKind::fs, &wish.fs, &LandlockMasks::fs},
        LandlockMaskWish{"net", LandlockKind::net, &wish.net, &LandlockMasks::net},
        LandlockMaskWish{"scoped", LandlockKind::scope, &wish.scoped, &LandlockMasks::scoped}})
    if (*one.wish)
      wishes.push_back(one);
  return wishes;
}

LandlockVerdict handled_verdict(const std::vector<LandlockHeld>& domains, const LandlockMaskWish& wish,
                                std::optional<unsigned> kernel_abi) {
  std::uint64_t held = domains.empty() ? 0 : ~std::uint64_t{0};
  for (const LandlockHeld& one : domains)
    held &= landlock_masks(one.domain(), kernel_abi).*wish.mask;
  const std::uint64_t wanted = (*wish.wish)->value, less = wanted & ~held, more = held & ~wanted;
  std::string words = "handled: " + landlock_words(wish.kind, held);
  if (less != 0)
    return {more_rights, Drift::weaker, fmt::format("{}; not: {}", words, landlock_words(wish.kind, less)),
            by_kernel};
  if (more != 0)
    return {fewer_rights, Drift::stronger, words, by_kernel};
  return {as_asked, Drift::same, words, by_kernel};
}

LandlockVerdict port_verdict(const LandlockHeld& held, const LandlockWish& wish, const PortWish& port) {
  const LandlockDomain& domain = held.domain();
  if (!held.rules_read())
    return {unknown, Drift::unknown, "the rules of its domain were not read", by_kernel};
  const PortOpen found = port_open(domain, port.port);
  const std::uint64_t judged = judged_net(domain, wish), more = found.open & judged & ~port.access,
                      fewer = port.access & ~found.open;
  const std::string words = "granted: " + landlock_words(LandlockKind::net, found.open & judged);
  if (more != 0)
    return {more_rights, Drift::weaker, words, by_kernel};
  if (fewer == 0)
    return {found.rule ? as_asked : covered, Drift::same,
            found.rule ? words : "no rule of its own; no layer handles what is wanted", by_kernel};
  if (found.rule)
    return {fewer_rights, Drift::stronger, words, by_kernel};
  return {no_rule, Drift::stronger, "no rule is about it", by_kernel};
}

std::vector<ExtraPort> extra_ports(const LandlockHeld& held, const LandlockWish& wish) {
  std::vector<ExtraPort> extra;
  const auto& rules = held.domain().rule_list;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto& port = rules[i].port;
    const bool wished = std::any_of(wish.ports.begin(), wish.ports.end(), [&](const Wish<PortWish>& one) {
      return port && one.value.port == *port;
    });
    if (port && !wished && held.of_policy(i))
      extra.push_back({*port, port_open(held.domain(), *port).open & judged_net(held.domain(), wish)});
  }
  return extra;
}

} // namespace sbx
