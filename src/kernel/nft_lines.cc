#include "kernel/nft_lines.h"

#include "kernel/nft_expression.h"
#include "kernel/nft_words.h"

#include <algorithm>
#include <cstring>
#include <endian.h>
#include <fmt/core.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

namespace sbx {

namespace {

constexpr std::uint32_t data_verdict = NFT_DATA_VERDICT;

// libnftnl/udata.h: type, length, value; type 0 is the comment, with its NUL.
std::string_view comment_of(std::string_view userdata) {
  while (userdata.size() >= 2) {
    const auto type = static_cast<std::uint8_t>(userdata[0]);
    const std::size_t length = static_cast<std::uint8_t>(userdata[1]);
    const std::string_view value = userdata.substr(2, length);
    if (type == 0 && value.size() == length)
      return value.substr(0, value.find('\0'));
    userdata.remove_prefix(std::min(2 + length, userdata.size()));
  }
  return {};
}

// Of netdev. NFTA_DEVICE_PREFIX (6.16) is how the names begin.
std::string device_words(const NetlinkAttributes& hook) {
  std::string devices;
  each_nft_member(hook.bytes(NFTA_HOOK_DEVS), [&](int type, std::string_view name) {
    const std::string_view before_nul = name.substr(0, name.find('\0'));
    devices += (devices.empty() ? "" : ":") + (before_nul.empty() ? std::string() : name_word(before_nul)) +
               (type == NFTA_DEVICE_NAME ? "" : "/");
  });
  return devices.empty() ? name_word(hook.name(NFTA_HOOK_DEV)) : devices;
}

std::string base_words(const NetlinkAttributes& chain) {
  if (!chain.has(NFTA_CHAIN_HOOK))
    return {};
  const NetlinkAttributes hook(chain.bytes(NFTA_CHAIN_HOOK));
  const auto policy = nft_number(chain.bytes(NFTA_CHAIN_POLICY)).value_or(NF_ACCEPT);
  return fmt::format(" hook={} priority={} policy={} type={} device={}",
                     nft_number(hook.bytes(NFTA_HOOK_HOOKNUM)).value_or(0),
                     static_cast<std::int32_t>(nft_number(hook.bytes(NFTA_HOOK_PRIORITY)).value_or(0)),
                     policy == NF_ACCEPT ? "accept" : "drop", name_word(chain.name(NFTA_CHAIN_TYPE)),
                     device_words(hook));
}

std::string field_words(std::string_view description) {
  std::string fields;
  each_nft_member(NetlinkAttributes(description).bytes(NFTA_SET_DESC_CONCAT),
                  [&](int, std::string_view field) {
                    const auto length = nft_number(NetlinkAttributes(field).bytes(NFTA_SET_FIELD_LEN));
                    fields += (fields.empty() ? "" : ",") + std::to_string(length.value_or(0));
                  });
  return fields.empty() ? "-" : fields;
}

} // namespace

const char* nft_family_word(std::uint8_t family) {
  switch (family) {
  case NFPROTO_INET:
    return "inet";
  case NFPROTO_IPV4:
    return "ip";
  case NFPROTO_IPV6:
    return "ip6";
  case NFPROTO_ARP:
    return "arp";
  case NFPROTO_BRIDGE:
    return "bridge";
  case NFPROTO_NETDEV:
    return "netdev";
  default:
    return nullptr;
  }
}

void each_nft_member(std::string_view list, const std::function<void(int, std::string_view)>& with) {
  while (list.size() >= sizeof(nlattr)) {
    nlattr head{};
    std::memcpy(&head, list.data(), sizeof head);
    const std::size_t length = head.nla_len;
    if (length < sizeof head || length > list.size())
      return;
    with(head.nla_type & NLA_TYPE_MASK, list.substr(sizeof head, length - sizeof head));
    list.remove_prefix(std::min<std::size_t>(NLA_ALIGN(length), list.size()));
  }
}

std::string nft_table_prefix(std::uint8_t family, std::string_view table) {
  return fmt::format(" {} {}", nft_family_word(family), name_word(table));
}

std::string nft_chain_line(const std::string& prefix, const NetlinkAttributes& chain) {
  return fmt::format("chain{} {}{}\n", prefix, name_word(chain.name(NFTA_CHAIN_NAME)), base_words(chain));
}

std::string nft_set_line(const std::string& prefix, const NetlinkAttributes& set) {
  const auto type = nft_number(set.bytes(NFTA_SET_DATA_TYPE));
  return fmt::format("set{} {} flags=0x{:x} key_len={} fields={} data={}\n", prefix,
                     name_word(set.name(NFTA_SET_NAME)), nft_number(set.bytes(NFTA_SET_FLAGS)).value_or(0),
                     nft_number(set.bytes(NFTA_SET_KEY_LEN)).value_or(0),
                     field_words(set.bytes(NFTA_SET_DESC)),
                     !type                   ? "-"
                     : *type == data_verdict ? "verdict"
                                             : "value");
}

std::string nft_element_line(const std::string& prefix, std::string_view element) {
  const NetlinkAttributes held(element), data(held.bytes(NFTA_SET_ELEM_DATA));
  const auto value = [&](int attribute) {
    return hex_word(NetlinkAttributes(held.bytes(attribute)).bytes(NFTA_DATA_VALUE));
  };
  std::string expressions(nft_expression_name(held.bytes(NFTA_SET_ELEM_EXPR)));
  each_nft_member(held.bytes(NFTA_SET_ELEM_EXPRESSIONS), [&](int, std::string_view expression) {
    expressions.append(expressions.empty() ? "" : ",").append(nft_expression_name(expression));
  });
  return fmt::format("element{} key={} flags=0x{:x} end={}{} data={} exprs={}\n", prefix,
                     value(NFTA_SET_ELEM_KEY), nft_number(held.bytes(NFTA_SET_ELEM_FLAGS)).value_or(0),
                     value(NFTA_SET_ELEM_KEY_END),
                     nft_verdict_words(data.bytes(NFTA_DATA_VERDICT)).value_or(" verdict=- chain=-"),
                     hex_word(data.bytes(NFTA_DATA_VALUE)), name_word(expressions));
}

std::string nft_rule_lines(const std::string& prefix, const NetlinkAttributes& rule) {
  const std::uint64_t handle = rule.value<std::uint64_t>(NFTA_RULE_HANDLE).value_or(0);
  std::string lines =
      fmt::format("rule{} {} handle={} comment={}\n", prefix, name_word(rule.name(NFTA_RULE_CHAIN)),
                  be64toh(handle), name_word(comment_of(rule.bytes(NFTA_RULE_USERDATA))));
  each_nft_member(rule.bytes(NFTA_RULE_EXPRESSIONS),
                  [&](int, std::string_view expression) { lines += nft_expression_line(expression); });
  return lines;
}

} // namespace sbx
