#include "can/landlock_check.h"

#include "can/mount_check.h"
#include "core/errno_name.h"
#include "probes/landlock_inode.h"
#include "rules/landlock_abi.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>

namespace sbx {

namespace {

const std::string no_domain = "in no Landlock domain";

Check unseen(const Gap& gap) { return {Answer::unknown, "its Landlock domain was not seen: " + gap.detail}; }

Answer is_about(const World& world, const LandlockInode& rule, const WalkStep& step) {
  switch (same_inode(rule, step, mount_of(world, step))) {
  case SameInode::yes:
    return Answer::yes;
  case SameInode::no:
    return Answer::no;
  case SameInode::unknown:
    break;
  }
  return Answer::unknown;
}

bool grants(const LandlockRule& rule, unsigned layer, std::uint64_t right) {
  return std::any_of(rule.grants.begin(), rule.grants.end(), [&](const LandlockGrant& grant) {
    return grant.layer == layer && (grant.access & right) != 0;
  });
}

// One right of one layer: granted anywhere on the chain?
Answer granted(const World& world, const LandlockDomain& domain, unsigned layer, std::uint64_t right,
               const std::vector<WalkStep>& chain) {
  Answer found = Answer::no;
  for (const LandlockRule& rule : domain.rule_list)
    if (rule.inode && grants(rule, layer, right))
      for (const WalkStep& step : chain)
        found = any_of(found, is_about(world, *rule.inode, step));
  return found;
}

std::string right_name(LandlockKind kind, std::uint64_t right) { return landlock_names(kind, right).front(); }

std::string of_layers(unsigned layer, std::size_t layers) {
  return layers == 1 ? "its Landlock layer" : fmt::format("Landlock layer {} of {}", layer, layers);
}

// A domain without its rules would look as if it granted nothing.
std::optional<Check> rules_unread(const LandlockDomain& domain) {
  const std::string words = "the rules of its Landlock domain were not read";
  if (domain.rules_gap)
    return Check{Answer::unknown, words + ": " + errno_name(*domain.rules_gap)};
  if (domain.rule_list.size() != domain.rules)
    return Check{Answer::unknown, fmt::format("{}: {} of {}", words, domain.rule_list.size(), domain.rules)};
  return std::nullopt;
}

bool handles_any(const LandlockDomain& domain, std::uint64_t LandlockLayer::*mask, std::uint64_t rights) {
  return std::any_of(domain.layers.begin(), domain.layers.end(),
                     [&](const LandlockLayer& layer) { return (layer.*mask & rights) != 0; });
}

// One after the other, so that each is asked of its own layers: `granted_by(layer, right)` for each right
// that a layer handles.
template <class GrantedBy>
Check over_layers(const LandlockDomain& domain, std::uint64_t LandlockLayer::*mask, LandlockKind kind,
                  std::uint64_t rights, GrantedBy&& granted_by) {
  Check check;
  for (unsigned layer = 1; layer <= domain.layers.size(); ++layer)
    for (std::uint64_t right = 1; right != 0 && right <= rights; right <<= 1) {
      if ((rights & right) == 0 || (domain.layers[layer - 1].*mask & right) == 0)
        continue;
      const Answer found = granted_by(layer, right);
      const std::string who = of_layers(layer, domain.layers.size());
      if (found == Answer::no)
        check.and_then(
            {found, fmt::format("{} handles {}, and no rule grants it here", who, right_name(kind, right))});
      else if (found == Answer::unknown)
        check.and_then(
            {found, fmt::format("{} handles {}, and whether a rule is about this file cannot be told by "
                                "its number",
                                who, right_name(kind, right))});
    }
  if (check.answer == Answer::yes)
    check.detail = fmt::format("{} granted by every layer that handles it ({} layer{})",
                               fmt::join(landlock_names(kind, rights), " and "), domain.layers.size(),
                               domain.layers.size() == 1 ? "" : "s");
  return check;
}

Check not_handled(const LandlockDomain& domain, LandlockKind kind, std::uint64_t rights) {
  return {Answer::yes, fmt::format("no layer of its domain handles {} ({} layer{})",
                                   fmt::join(landlock_names(kind, rights), " or "), domain.layers.size(),
                                   domain.layers.size() == 1 ? "" : "s")};
}

Check port_check(const LandlockDomain& domain, std::uint64_t right, std::uint16_t port) {
  if (!handles_any(domain, &LandlockLayer::net, right))
    return not_handled(domain, LandlockKind::net, right);
  if (auto unread = rules_unread(domain))
    return *unread;
  return over_layers(
      domain, &LandlockLayer::net, LandlockKind::net, right, [&](unsigned layer, std::uint64_t one) {
        const bool found =
            std::any_of(domain.rule_list.begin(), domain.rule_list.end(), [&](const LandlockRule& rule) {
              return rule.port == port && grants(rule, layer, one);
            });
        return found ? Answer::yes : Answer::no;
      });
}

} // namespace

Check landlock_allows_files(const World& world, const Subject& subject,
                            const std::vector<LandlockNeed>& needs) {
  if (!subject.domain)
    return unseen(subject.domain.error());
  if (!*subject.domain)
    return {Answer::yes, no_domain};
  const LandlockDomain& domain = **subject.domain;
  std::uint64_t all = 0;
  for (const LandlockNeed& need : needs)
    all |= need.rights;
  if (!handles_any(domain, &LandlockLayer::fs, all))
    return not_handled(domain, LandlockKind::fs, all);
  if (auto unread = rules_unread(domain))
    return *unread;
  Check check;
  for (const LandlockNeed& need : needs)
    check.and_then(over_layers(domain, &LandlockLayer::fs, LandlockKind::fs, need.rights,
                               [&](unsigned layer, std::uint64_t right) {
                                 return granted(world, domain, layer, right, need.chain);
                               }));
  return check;
}

Check landlock_allows_port(const Subject& subject, std::uint64_t right, std::uint16_t port) {
  if (!subject.domain)
    return unseen(subject.domain.error());
  if (!*subject.domain)
    return {Answer::yes, no_domain};
  const LandlockDomain& domain = **subject.domain;
  Check check = port_check(domain, right, port);
  // A UDP socket that has no port yet gets one when it connects, and that is asked as a bind to port 0
  // (since 7.2).
  if (right == landlock_net::connect_send_udp && check.answer == Answer::yes &&
      port_check(domain, landlock_net::bind_udp, 0).answer != Answer::yes)
    return {Answer::unknown,
            "bind_udp is handled and port 0 not granted: a socket that is not bound yet is refused, "
            "one that is bound may send"};
  return check;
}

Check landlock_allows_unix(const World& world, const Subject& subject, const std::vector<WalkStep>& chain) {
  Check check = landlock_allows_files(world, subject, {{landlock_fs::resolve_unix, chain}});
  if (check.answer == Answer::no)
    return {Answer::unknown, check.detail +
                                 "; a server that lives in the same domain may be reached all the same, and "
                                 "whose the socket is was not seen"};
  return check;
}

Check landlock_allows_abstract_unix(const Subject& subject) {
  if (!subject.domain)
    return unseen(subject.domain.error());
  if (!*subject.domain)
    return {Answer::yes, no_domain};
  if (!handles_any(**subject.domain, &LandlockLayer::scoped, landlock_scope::abstract_unix_socket))
    return {Answer::yes, "no layer of its domain scopes abstract UNIX sockets"};
  return {Answer::unknown,
          "its domain scopes abstract UNIX sockets to servers inside of it, and who listens was not "
          "seen"};
}

Check landlock_allows_ptrace(const Subject& subject, const Known<DomainPointer>& tracee) {
  if (!subject.domain)
    return unseen(subject.domain.error());
  if (!*subject.domain)
    return {Answer::yes, no_domain};
  if (!tracee)
    return {Answer::unknown, "the other's Landlock domain was not seen: " + tracee.error().detail};
  if (!*tracee)
    return {Answer::no, "it is in a Landlock domain, and the other is in none"};
  const std::optional<std::uint64_t> own =
      (*subject.domain)->layers.empty() ? std::nullopt : (*subject.domain)->layers.back().hierarchy;
  const auto& others = (*tracee)->layers;
  const auto unnumbered = [](const LandlockLayer& layer) { return !layer.hierarchy; };
  if (!own || std::any_of(others.begin(), others.end(), unnumbered))
    return {Answer::unknown, "whether the other's Landlock domain is below its own was not seen"};
  const bool below = std::any_of(others.begin(), others.end(),
                                 [&](const LandlockLayer& layer) { return layer.hierarchy == own; });
  return below ? Check{Answer::yes, "the other is in the same Landlock domain, or in one below it"}
               : Check{Answer::no, "the other is in a Landlock domain that is neither its own nor below it"};
}

Check landlock_allows_signal(const Subject& subject, const Known<DomainPointer>& receiver) {
  if (!subject.domain)
    return unseen(subject.domain.error());
  if (!*subject.domain)
    return {Answer::yes, no_domain};
  const auto& own = (*subject.domain)->layers;
  if (!handles_any(**subject.domain, &LandlockLayer::scoped, landlock_scope::signal))
    return {Answer::yes, "no layer of its domain scopes signals"};
  if (!receiver)
    return {Answer::unknown, "the other's Landlock domain was not seen: " + receiver.error().detail};
  const std::vector<LandlockLayer> none;
  const auto& others = *receiver ? (*receiver)->layers : none;
  // From the newest layer down: the first that scopes signals decides, for the older ones hold it too.
  for (std::size_t i = own.size(); i-- > 0;) {
    if ((own[i].scoped & landlock_scope::signal) == 0)
      continue;
    const std::string who = of_layers(static_cast<unsigned>(i + 1), own.size());
    if (i >= others.size())
      return {Answer::no, who + " scopes signals, and the other is outside of it"};
    if (!own[i].hierarchy || !others[i].hierarchy)
      return {Answer::unknown, who + " scopes signals, and whether the other is inside of it was not seen"};
    return own[i].hierarchy == others[i].hierarchy
               ? Check{Answer::yes, who + " scopes signals, and the other is inside of it"}
               : Check{Answer::no, who + " scopes signals, and the other is outside of it"};
  }
  return {Answer::unknown, "no layer of its domain was seen"};
}

} // namespace sbx
