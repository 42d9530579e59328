#include "network/rule_scan.h"

#include "network/nft_numbers.h"
#include "network/rule_state.h"
#include "network/xt_blob.h"

#include <algorithm>

#include <set>

namespace sbx {

namespace {

constexpr std::size_t most_words = 64;

bool is_id(const NetExpression& expression, std::uint32_t key) {
  const Values values(expression);
  return expression.name == "meta" && values.has("dreg") && values.number("key") == key;
}

std::string range_words(std::uint32_t from, std::uint32_t to) {
  return from == to ? std::to_string(from) : std::to_string(from) + "-" + std::to_string(to);
}

// "user 1337", where the expression behind compares with one number.
std::string id_words(const char* who, const NetFilterRule& rule, std::size_t at) {
  if (at + 1 >= rule.expressions.size() || rule.expressions[at + 1].name != "cmp")
    return std::string("by ") + who;
  const Values values(rule.expressions[at + 1]);
  const std::string data = values.bytes("data");
  const auto op = values.number("op");
  if (data.size() != 4 || !op || *op > 1)
    return std::string("by ") + who;
  return (*op == 1 ? "not " : "") + std::string(who) + " " + std::to_string(XtBlob(data).u32(0));
}

// linux/netfilter/xt_owner.h, as in xt_match.cc
std::string owner_words(const NetExpression& expression) {
  const std::string bytes = Values(expression).bytes("info");
  const XtBlob info(bytes);
  std::string words;
  const auto add = [&](const char* who, std::uint8_t bit, std::size_t at) {
    if ((info.u8(16) & bit) != 0)
      words += (words.empty() ? "" : ", ") + std::string((info.u8(17) & bit) != 0 ? "not " : "") + who + " " +
               range_words(info.u32(at), info.u32(at + 4));
  };
  add("user", 1, 0);
  add("group", 2, 8);
  return words;
}

std::string verdict_words(const NetFilterRule& rule) {
  for (auto it = rule.expressions.rbegin(); it != rule.expressions.rend(); ++it) {
    const Values values(*it);
    if (it->name == "immediate" && values.has("verdict"))
      return values.name("verdict");
    if (it->name == "reject" || (it->name == "target" && values.name("name") == "REJECT"))
      return "reject";
  }
  return {};
}

class Scan {
public:
  RuleScan found;

  void chain(TableView& view, const NetFilterChain& start) {
    std::vector<const NetFilterChain*> left{&start};
    while (!left.empty()) {
      const NetFilterChain& at = *left.back();
      left.pop_back();
      if (!seen_.insert(&at).second)
        continue;
      for (std::size_t i = 0; i < at.rules.size(); ++i)
        rule(view, at, i, left);
    }
  }

private:
  void leads(TableView& view, const std::string& verdict, const std::string& to,
             std::vector<const NetFilterChain*>& left) {
    found.filters = found.filters || verdict == "drop";
    const auto chain = view.chains.find(to);
    if ((verdict == "jump" || verdict == "goto") && chain != view.chains.end())
      left.push_back(chain->second);
  }

  void rule(TableView& view, const NetFilterChain& chain, std::size_t number,
            std::vector<const NetFilterChain*>& left) {
    const NetFilterRule& rule = chain.rules[number];
    std::string who;
    for (std::size_t i = 0; i < rule.expressions.size(); ++i) {
      const NetExpression& it = rule.expressions[i];
      const Values values(it);
      if (it.name == "immediate")
        leads(view, values.name("verdict"), values.name("chain"), left);
      found.filters =
          found.filters || it.name == "reject" || (it.name == "target" && values.name("name") == "REJECT");
      if (const NetFilterSet* set = it.name == "lookup" && values.number("dreg") == std::uint32_t(0)
                                        ? view.sets.find(values.name("set"))
                                        : nullptr;
          set && maps_.insert(set).second)
        for (const NetFilterElement& element : set->elements)
          leads(view, element.verdict, element.chain, left);
      std::string words = is_id(it, nft::meta_skuid)                             ? id_words("user", rule, i)
                          : is_id(it, nft::meta_skgid)                           ? id_words("group", rule, i)
                          : it.name == "match" && values.name("name") == "owner" ? owner_words(it)
                                                                                 : std::string();
      if (!words.empty())
        who += (who.empty() ? "" : ", ") + words;
    }
    if (who.empty() || found.uid_rules.size() >= most_words)
      return;
    const std::string verdict = verdict_words(rule);
    found.uid_rules.push_back(chain_words(view.table, chain) + ", rule " + std::to_string(number + 1) + ": " +
                              who + (verdict.empty() ? "" : ": " + verdict));
  }

  std::set<const NetFilterChain*> seen_;
  std::set<const NetFilterSet*> maps_;
};

} // namespace

RuleScan scan_rules(const std::vector<BaseChain>& bases) {
  Scan scan;
  for (const BaseChain& base : bases) {
    scan.found.filters = scan.found.filters || base.chain->policy == "drop";
    scan.chain(*base.view, *base.chain);
  }
  return std::move(scan.found);
}

} // namespace sbx
