#include "kernel/nft_words.h"
#include "kernel/xtables_entry.h"
#include "kernel/xtables_ruleset.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/core.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <map>
#include <vector>

namespace sbx {

namespace {

constexpr std::array hooks{"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"};

// linux/netfilter_ipv4.h, enum nf_ip_hook_priorities: of the hooks of outgoing packets, and those of mangle.
int priority_of(std::string_view table, unsigned hook) {
  if (table == "raw")
    return -300;
  if (table == "mangle")
    return -150;
  if (table == "nat")
    return hook == NF_INET_PRE_ROUTING || hook == NF_INET_LOCAL_OUT ? -100 : 100;
  return table == "security" ? 50 : 0;
}

std::string type_of(std::string_view table, unsigned hook) {
  if (table == "nat")
    return "nat";
  return table == "mangle" && hook == NF_INET_LOCAL_OUT ? "route" : "filter";
}

struct Chain {
  std::string name;
  std::optional<unsigned> hook;
  std::string policy;
  std::size_t end = 0; // of a base chain: where its policy stands
};

class Lines {
public:
  Lines(bool v6, const ipt_getinfo& info, std::string_view entries)
      : info_(info), table_(info.name, strnlen(info.name, sizeof info.name)),
        prefix_(fmt::format(" {} {}", v6 ? "ip6" : "ip", name_word(table_))) {
    for (std::size_t at = 0; at < entries.size();) {
      auto entry = xtables_entry(v6, entries.substr(at));
      if (!entry)
        return;
      const std::size_t size = entry->size;
      entries_.emplace(at, std::move(*entry));
      at += size;
      whole_ = at == entries.size();
    }
  }

  NftText text() {
    if (!whole_ || !find_chains())
      return {{}, EBADMSG};
    std::string text = fmt::format("xtable{} flags=0x0\n", prefix_), rules;
    for (const auto& [begin, chain] : chains_) {
      text += fmt::format("chain{} {}", prefix_, name_word(chain.name));
      if (chain.hook)
        text += fmt::format(" hook={} priority={} policy={} type={} device=-", *chain.hook,
                            priority_of(table_, *chain.hook), chain.policy, type_of(table_, *chain.hook));
      text += '\n';
      if (!rules_of(begin, chain, rules))
        return {{}, EBADMSG};
    }
    return {text + rules, 0};
  }

private:
  bool find_chains() {
    for (unsigned hook = 0; hook < hooks.size(); ++hook) {
      if ((info_.valid_hooks & 1U << hook) == 0)
        continue;
      const auto policy = entries_.find(info_.underflow[hook]);
      if (policy == entries_.end() || !policy->second.any || !policy->second.verdict)
        return false;
      const std::int32_t number = policy->second.verdict->number;
      if (number != -NF_ACCEPT - 1 && number != -NF_DROP - 1)
        return false;
      chains_[info_.hook_entry[hook]] = {hooks.at(hook), hook, number == -NF_DROP - 1 ? "drop" : "accept",
                                         info_.underflow[hook]};
    }
    for (const auto& [at, entry] : entries_)
      if (const std::size_t behind = at + entry.size; entry.error && entries_.contains(behind))
        chains_[behind] = {*entry.error, std::nullopt, {}, 0};
    return true;
  }

  bool rules_of(std::size_t begin, const Chain& chain, std::string& rules) const {
    unsigned number = 0;
    for (auto at = entries_.find(begin);; ++at) {
      if (at == entries_.end())
        return false;
      const auto& [offset, entry] = *at;
      if (entry.error || (chain.hook && offset == chain.end) || (offset != begin && chains_.contains(offset)))
        return !chain.hook || offset == chain.end;
      rules += fmt::format("rule{} {} handle={} comment=-\n{}", prefix_, name_word(chain.name), ++number,
                           entry.conditions);
      if (!entry.verdict)
        rules += entry.target;
      else if (!verdict_line(offset + entry.size, *entry.verdict, rules))
        return false;
    }
  }

  // A verdict that leads to the next entry is none: so rules without a target are written.
  bool verdict_line(std::size_t next, const XtablesVerdict& verdict, std::string& rules) const {
    if (verdict.number >= 0 && static_cast<std::size_t>(verdict.number) == next)
      return true;
    if (verdict.number >= 0) {
      const auto chain = chains_.find(static_cast<std::size_t>(verdict.number));
      if (chain == chains_.end())
        return false;
      rules += fmt::format("expr immediate dreg=0 verdict={} chain={}\n", verdict.jumps ? "goto" : "jump",
                           name_word(chain->second.name));
      return true;
    }
    const bool back = verdict.number == XT_RETURN;
    rules += fmt::format("expr immediate dreg=0 verdict={} chain=-\n",
                         back ? "return" : verdict_word(-verdict.number - 1));
    return true;
  }

  const ipt_getinfo& info_;
  std::string table_, prefix_;
  std::map<std::size_t, XtablesEntry> entries_; // by their offset
  std::map<std::size_t, Chain> chains_;         // by the offset of the first rule
  bool whole_ = false;
};

} // namespace

NftText xtables_lines(bool v6, std::string_view info, std::string_view entries) {
  ipt_getinfo head{};
  if (info.size() != sizeof head)
    return {{}, EBADMSG};
  std::memcpy(&head, info.data(), sizeof head);
  return Lines(v6, head, entries).text();
}

} // namespace sbx
