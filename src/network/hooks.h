// Which chains does an outgoing packet pass, and in which order?
#pragma once

#include "network/flow.h"
#include "network/rule.h"
#include "parse/net_ruleset.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sbx {

// A table with what is looked up in it by name.
struct TableView {
  explicit TableView(const NetFilterTable& of);
  const NetFilterTable& table;
  std::unordered_map<std::string, const NetFilterChain*> chains;
  Sets sets;
};

struct BaseChain {
  TableView* view = nullptr;
  const NetFilterChain* chain = nullptr;
  Hook hook = Hook::output;
  std::int32_t priority = 0; // that it really has
  bool nat = false;
  // Whether it is asked depends on what is not known: a chain of a bridge.
  bool perhaps = false;
};

std::vector<std::unique_ptr<TableView>> views_of(const NetRuleset& ruleset); // without dormant ones

// In the order of the kernel. Chains of type nat are asked where translation stands, whatever their own
// priority is (net/netfilter/nf_nat_core.c, 4.18); among each other by it.
std::vector<BaseChain> base_chains(const std::vector<std::unique_ptr<TableView>>& views, bool v6);

// "table inet t, chain output"
std::string chain_words(const NetFilterTable& table, const NetFilterChain& chain);

} // namespace sbx
