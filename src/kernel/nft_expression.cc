#include "kernel/nft_expression.h"

#include "kernel/netlink.h"
#include "kernel/nft_words.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <fmt/core.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>

namespace sbx {

namespace {

enum class Kind { number, byte, data, name, bytes, ignored };

struct Word {
  int attribute;
  const char* key;
  Kind kind;
  bool needed = false;
};

struct Known {
  const char* name;
  std::array<Word, 9> words; // up to one without a key
};

constexpr Known known[] = {
    {"payload",
     {{{NFTA_PAYLOAD_DREG, "dreg", Kind::number},
       {NFTA_PAYLOAD_BASE, "base", Kind::number, true},
       {NFTA_PAYLOAD_OFFSET, "offset", Kind::number, true},
       {NFTA_PAYLOAD_LEN, "len", Kind::number, true},
       {NFTA_PAYLOAD_SREG, "sreg", Kind::number},
       {NFTA_PAYLOAD_CSUM_TYPE, "csum", Kind::ignored},
       {NFTA_PAYLOAD_CSUM_OFFSET, "csum", Kind::ignored},
       {NFTA_PAYLOAD_CSUM_FLAGS, "csum", Kind::ignored}}}},
    {"cmp",
     {{{NFTA_CMP_SREG, "sreg", Kind::number, true},
       {NFTA_CMP_OP, "op", Kind::number, true},
       {NFTA_CMP_DATA, "data", Kind::data, true}}}},
    {"range",
     {{{NFTA_RANGE_SREG, "sreg", Kind::number, true},
       {NFTA_RANGE_OP, "op", Kind::number, true},
       {NFTA_RANGE_FROM_DATA, "from", Kind::data, true},
       {NFTA_RANGE_TO_DATA, "to", Kind::data, true}}}},
    {"bitwise",
     {{{NFTA_BITWISE_SREG, "sreg", Kind::number, true},
       {NFTA_BITWISE_DREG, "dreg", Kind::number, true},
       {NFTA_BITWISE_LEN, "len", Kind::number, true},
       {NFTA_BITWISE_OP, "op", Kind::number},
       {NFTA_BITWISE_MASK, "mask", Kind::data},
       {NFTA_BITWISE_XOR, "xor", Kind::data},
       {NFTA_BITWISE_DATA, "data", Kind::data}}}},
    {"byteorder",
     {{{NFTA_BYTEORDER_SREG, "sreg", Kind::number, true},
       {NFTA_BYTEORDER_DREG, "dreg", Kind::number, true},
       {NFTA_BYTEORDER_OP, "op", Kind::number, true},
       {NFTA_BYTEORDER_LEN, "len", Kind::number, true},
       {NFTA_BYTEORDER_SIZE, "size", Kind::number, true}}}},
    {"lookup",
     {{{NFTA_LOOKUP_SET, "set", Kind::name, true},
       {NFTA_LOOKUP_SREG, "sreg", Kind::number, true},
       {NFTA_LOOKUP_DREG, "dreg", Kind::number},
       {NFTA_LOOKUP_SET_ID, "set_id", Kind::ignored},
       {NFTA_LOOKUP_FLAGS, "flags", Kind::number}}}},
    {"immediate",
     {{{NFTA_IMMEDIATE_DREG, "dreg", Kind::number, true}, {NFTA_IMMEDIATE_DATA, "data", Kind::data, true}}}},
    {"meta",
     {{{NFTA_META_KEY, "key", Kind::number, true},
       {NFTA_META_DREG, "dreg", Kind::number},
       {NFTA_META_SREG, "sreg", Kind::number}}}},
    {"ct",
     {{{NFTA_CT_KEY, "key", Kind::number, true},
       {NFTA_CT_DREG, "dreg", Kind::number},
       {NFTA_CT_DIRECTION, "direction", Kind::byte},
       {NFTA_CT_SREG, "sreg", Kind::number}}}},
    {"reject", {{{NFTA_REJECT_TYPE, "type", Kind::number}, {NFTA_REJECT_ICMP_CODE, "code", Kind::byte}}}},
    {"nat",
     {{{NFTA_NAT_TYPE, "type", Kind::number, true},
       {NFTA_NAT_FAMILY, "family", Kind::number},
       {NFTA_NAT_REG_ADDR_MIN, "addr_min", Kind::number},
       {NFTA_NAT_REG_ADDR_MAX, "addr_max", Kind::number},
       {NFTA_NAT_REG_PROTO_MIN, "proto_min", Kind::number},
       {NFTA_NAT_REG_PROTO_MAX, "proto_max", Kind::number},
       {NFTA_NAT_FLAGS, "flags", Kind::number}}}},
    {"redir",
     {{{NFTA_REDIR_REG_PROTO_MIN, "proto_min", Kind::number},
       {NFTA_REDIR_REG_PROTO_MAX, "proto_max", Kind::number},
       {NFTA_REDIR_FLAGS, "flags", Kind::number}}}},
    {"dynset",
     {{{NFTA_DYNSET_SET_NAME, "set", Kind::name, true},
       {NFTA_DYNSET_SET_ID, "set_id", Kind::ignored},
       {NFTA_DYNSET_OP, "op", Kind::ignored},
       {NFTA_DYNSET_SREG_KEY, "sreg", Kind::ignored},
       {NFTA_DYNSET_SREG_DATA, "sreg", Kind::ignored},
       {NFTA_DYNSET_TIMEOUT, "timeout", Kind::ignored},
       {NFTA_DYNSET_EXPR, "expr", Kind::ignored},
       {NFTA_DYNSET_FLAGS, "flags", Kind::number},
       {NFTA_DYNSET_EXPRESSIONS, "exprs", Kind::ignored}}}},
    {"objref",
     {{{NFTA_OBJREF_IMM_TYPE, "type", Kind::number},
       {NFTA_OBJREF_IMM_NAME, "object", Kind::name},
       {NFTA_OBJREF_SET_SREG, "sreg", Kind::number},
       {NFTA_OBJREF_SET_NAME, "set", Kind::name},
       {NFTA_OBJREF_SET_ID, "set_id", Kind::ignored}}}},
    {"match",
     {{{NFTA_MATCH_NAME, "name", Kind::name, true},
       {NFTA_MATCH_REV, "rev", Kind::number, true},
       {NFTA_MATCH_INFO, "info", Kind::bytes, true}}}},
    {"target",
     {{{NFTA_TARGET_NAME, "name", Kind::name, true},
       {NFTA_TARGET_REV, "rev", Kind::number, true},
       {NFTA_TARGET_INFO, "info", Kind::bytes, true}}}},
};

// Of these the name says enough, and the register that they write.
struct Plain {
  const char* name;
  int dreg = 0;
};
constexpr Plain plain[] = {{"counter"},
                           {"last"},
                           {"log"},
                           {"notrack"},
                           {"limit"},
                           {"quota"},
                           {"connlimit"},
                           {"queue"},
                           {"dup"},
                           {"fwd"},
                           {"masq"},
                           {"synproxy"},
                           {"tproxy"},
                           {"flow_offload"},
                           {"fib", NFTA_FIB_DREG},
                           {"rt", NFTA_RT_DREG},
                           {"socket", NFTA_SOCKET_DREG},
                           {"exthdr", NFTA_EXTHDR_DREG},
                           {"hash", NFTA_HASH_DREG},
                           {"numgen", NFTA_NG_DREG},
                           {"osf", NFTA_OSF_DREG},
                           {"tunnel", NFTA_TUNNEL_DREG},
                           {"xfrm", NFTA_XFRM_DREG}};

std::optional<std::string> data_words(const char* key, std::string_view data) {
  const NetlinkAttributes held(data);
  if (held.has(NFTA_DATA_VALUE))
    return fmt::format(" {}={}", key, hex_word(held.bytes(NFTA_DATA_VALUE)));
  return held.has(NFTA_DATA_VERDICT) ? nft_verdict_words(held.bytes(NFTA_DATA_VERDICT)) : std::nullopt;
}

std::optional<std::string> words_of(const Word& word, std::string_view bytes) {
  switch (word.kind) {
  case Kind::number: {
    const auto number = nft_number(bytes);
    return number ? std::optional(fmt::format(" {}={}", word.key, *number)) : std::nullopt;
  }
  case Kind::byte:
    return bytes.size() == 1
               ? std::optional(fmt::format(" {}={}", word.key, static_cast<std::uint8_t>(bytes[0])))
               : std::nullopt;
  case Kind::data:
    return data_words(word.key, bytes);
  case Kind::name:
    return fmt::format(" {}={}", word.key, name_word(bytes.substr(0, bytes.find('\0'))));
  case Kind::bytes:
    return fmt::format(" {}={}", word.key, hex_word(bytes));
  case Kind::ignored:
    return "";
  }
  return std::nullopt;
}

std::optional<std::string> all_words(const Known& shape, const NetlinkAttributes& held) {
  std::string text;
  for (const Word& word : shape.words) {
    if (!word.key)
      break;
    const auto words = held.has(word.attribute) ? words_of(word, held.bytes(word.attribute)) : std::nullopt;
    if (!words && (word.needed || held.has(word.attribute)))
      return std::nullopt;
    text += words.value_or("");
  }
  for (int attribute = 1; attribute <= NetlinkAttributes::most; ++attribute) {
    const bool told = std::any_of(shape.words.begin(), shape.words.end(),
                                  [&](const Word& word) { return word.key && word.attribute == attribute; });
    if (held.has(attribute) && !told)
      return std::nullopt;
  }
  return text;
}

} // namespace

std::optional<std::uint32_t> nft_number(std::string_view bytes) {
  std::uint32_t number = 0;
  if (bytes.size() != sizeof number)
    return std::nullopt;
  std::memcpy(&number, bytes.data(), sizeof number);
  return ntohl(number);
}

std::optional<std::string> nft_verdict_words(std::string_view verdict) {
  const NetlinkAttributes held(verdict);
  const auto code = nft_number(held.bytes(NFTA_VERDICT_CODE));
  if (!code)
    return std::nullopt;
  return fmt::format(" verdict={} chain={}", verdict_word(static_cast<std::int32_t>(*code)),
                     name_word(held.name(NFTA_VERDICT_CHAIN)));
}

std::string_view nft_expression_name(std::string_view expression) {
  return NetlinkAttributes(expression).name(NFTA_EXPR_NAME);
}

std::string nft_expression_line(std::string_view expression) {
  const NetlinkAttributes outer(expression);
  const std::string_view name = outer.name(NFTA_EXPR_NAME);
  const NetlinkAttributes held(outer.bytes(NFTA_EXPR_DATA));
  std::optional<std::string> words;
  for (const Known& shape : known)
    if (name == shape.name)
      words = all_words(shape, held);
  for (const Plain& it : plain)
    if (name == it.name) {
      const auto dreg = it.dreg != 0 ? nft_number(held.bytes(it.dreg)) : std::nullopt;
      words = dreg ? fmt::format(" dreg={}", *dreg) : "";
    }
  return fmt::format("expr {}{}\n", name.empty() ? "\\x2d" : name_word(name), words.value_or(" ?"));
}

} // namespace sbx
