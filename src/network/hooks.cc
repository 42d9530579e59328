#include "network/hooks.h"

#include "core/escape.h"

#include <algorithm>
#include <tuple>

namespace sbx {

namespace {

constexpr unsigned local_out = 3, post_routing = 4, netdev_egress = 1;
constexpr std::uint32_t dormant = 0x1;                           // NFT_TABLE_F_DORMANT
constexpr std::int32_t destination_nat = -100, source_nat = 100; // NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC

bool of_family(const std::string& family, bool v6) {
  return family == "inet" || family == (v6 ? "ip6" : "ip") || family == "netdev" || family == "bridge";
}

std::optional<Hook> hook_of(const NetFilterTable& table, const NetFilterChain& chain) {
  if (!chain.hook)
    return std::nullopt;
  if (table.family == "netdev")
    return *chain.hook == netdev_egress ? std::optional(Hook::egress) : std::nullopt;
  if (*chain.hook == local_out)
    return Hook::output;
  return *chain.hook == post_routing ? std::optional(Hook::postrouting) : std::nullopt;
}

} // namespace

TableView::TableView(const NetFilterTable& of) : table(of), sets(of) {
  for (const NetFilterChain& chain : of.chains)
    chains.emplace(chain.name, &chain);
}

std::vector<std::unique_ptr<TableView>> views_of(const NetRuleset& ruleset) {
  std::vector<std::unique_ptr<TableView>> views;
  for (const NetFilterTable& table : ruleset.tables)
    if ((table.flags & dormant) == 0)
      views.push_back(std::make_unique<TableView>(table));
  return views;
}

std::vector<BaseChain> base_chains(const std::vector<std::unique_ptr<TableView>>& views, bool v6) {
  std::vector<BaseChain> found;
  for (const auto& view : views)
    for (const NetFilterChain& chain : view->table.chains) {
      const auto hook = hook_of(view->table, chain);
      if (!hook || !of_family(view->table.family, v6))
        continue;
      BaseChain base{view.get(), &chain, *hook, chain.priority, chain.type == "nat", false};
      if (base.nat)
        base.priority = *hook == Hook::output ? destination_nat : source_nat;
      base.perhaps = view->table.family == "bridge";
      found.push_back(base);
    }
  // A bridge takes what the hooks of IP have let through, and the interface what that lets through.
  const auto order = [](const BaseChain& base) {
    const int stage = base.hook == Hook::egress ? 2 : base.perhaps ? 1 : 0;
    return std::tuple(stage, base.hook, base.priority, base.nat ? base.chain->priority : 0);
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const BaseChain& one, const BaseChain& other) { return order(one) < order(other); });
  return found;
}

std::string chain_words(const NetFilterTable& table, const NetFilterChain& chain) {
  const std::string kind =
      table.xtables ? (table.family == "ip6" ? "ip6tables " : "iptables ") : table.family + " ";
  return "table " + kind + escaped(table.name, 60) + ", chain " + escaped(chain.name, 60);
}

} // namespace sbx
