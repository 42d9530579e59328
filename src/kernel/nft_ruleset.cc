#include "kernel/nft_ruleset.h"

#include "kernel/nft_expression.h"
#include "kernel/nft_lines.h"
#include "kernel/nft_words.h"

#include <cerrno>
#include <fmt/core.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <map>
#include <vector>

namespace sbx {

namespace {

constexpr int most_tries = 5;

NetlinkRequest request(int message, std::uint8_t family) {
  NetlinkRequest it;
  it.type = static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | message);
  it.header = raw_bytes(nfgenmsg{family, NFNETLINK_V0, 0});
  return it;
}

std::string with_nul(const std::string& name) { return name + '\0'; }

class Dump {
public:
  Dump(Netlink& socket, const NftBounds& bounds) : socket_(socket), bounds_(bounds) {}

  // 0, or an errno.
  int all() {
    if (const int error = tables())
      return error;
    if (tables_.empty())
      return 0;
    for (int (Dump::*part)() : {&Dump::chains, &Dump::sets, &Dump::elements, &Dump::rules})
      if (const int error = (this->*part)())
        return error;
    return 0;
  }

  std::string text() const {
    std::string all;
    for (const auto& [key, table] : tables_)
      all += table.head + table.chains + table.sets + table.elements + table.rules;
    return all;
  }

  // The number of the state of all rules, which every change changes; nothing before 3.18.
  std::optional<std::uint32_t> generation() {
    std::optional<std::uint32_t> number;
    socket_.ask(request(NFT_MSG_GETGEN, 0), [&](const nlmsghdr& message) {
      number = nft_number(NetlinkAttributes(message, sizeof(nfgenmsg)).bytes(NFTA_GEN_ID));
      return true;
    });
    return number;
  }

private:
  struct Table {
    std::string prefix, head, chains, sets, elements, rules;
  };
  struct Set {
    std::uint8_t family;
    std::string name;
    std::pair<std::uint8_t, std::string> table;
  };
  using Key = std::pair<std::uint8_t, std::string>;

  // What belongs to no table that was listed came with a new generation, so that it is asked again.
  template <class Afresh, class Take> int dump(int message, int table_name, Afresh&& afresh, Take&& take) {
    bool unknown = false;
    const int error = socket_.dump(
        request(message, 0),
        [&] {
          unknown = false;
          afresh();
        },
        [&](const nlmsghdr& answer) {
          const auto header = netlink_header<nfgenmsg>(answer);
          const NetlinkAttributes held(answer, sizeof(nfgenmsg));
          if (!header || !nft_family_word(header->nfgen_family))
            unknown = true;
          else
            take(Key(header->nfgen_family, held.name(table_name)), held);
          return within_bounds();
        });
    return error == 0 && unknown ? EPROTO : error;
  }

  bool within_bounds() const {
    return size_ <= bounds_.bytes && rules_ <= bounds_.rules && elements_ <= bounds_.elements;
  }

  std::string& add(std::string& to, const std::string& lines) {
    size_ += lines.size(); // of all that came, taken again or not
    return to += lines;
  }

  void forget(std::string Table::*part) {
    for (auto& [key, table] : tables_)
      (table.*part).clear();
  }

  int tables() {
    return dump(
        NFT_MSG_GETTABLE, NFTA_TABLE_NAME, [&] { tables_.clear(); },
        [&](const Key& key, const NetlinkAttributes& held) {
          Table& table = tables_[key];
          table.prefix = nft_table_prefix(key.first, key.second);
          add(table.head, fmt::format("table{} flags=0x{:x}\n", table.prefix,
                                      nft_number(held.bytes(NFTA_TABLE_FLAGS)).value_or(0)));
        });
  }

  int chains() {
    return dump(
        NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE, [&] { forget(&Table::chains); },
        [&](const Key& key, const NetlinkAttributes& held) {
          if (const auto at = tables_.find(key); at != tables_.end())
            add(at->second.chains, nft_chain_line(at->second.prefix, held));
        });
  }

  int sets() {
    const auto afresh = [&] {
      forget(&Table::sets);
      sets_.clear();
    };
    return dump(NFT_MSG_GETSET, NFTA_SET_TABLE, afresh, [&](const Key& key, const NetlinkAttributes& held) {
      const auto at = tables_.find(key);
      if (at == tables_.end())
        return;
      add(at->second.sets, nft_set_line(at->second.prefix, held));
      sets_.push_back({key.first, std::string(held.name(NFTA_SET_NAME)), key});
    });
  }

  int elements() {
    for (const Set& set : sets_)
      if (const int error = elements_of(set))
        return error;
    return 0;
  }

  int elements_of(const Set& set) {
    NetlinkRequest asked = request(NFT_MSG_GETSETELEM, set.family);
    asked.attributes = {{NFTA_SET_ELEM_LIST_TABLE, with_nul(set.table.second)},
                        {NFTA_SET_ELEM_LIST_SET, with_nul(set.name)}};
    Table& table = tables_.at(set.table);
    const std::string prefix = table.prefix + " " + name_word(set.name);
    const std::size_t before = table.elements.size(), counted = elements_;
    return socket_.dump(
        asked,
        [&] {
          table.elements.resize(before);
          elements_ = counted;
        },
        [&](const nlmsghdr& message) {
          const NetlinkAttributes held(message, sizeof(nfgenmsg));
          each_nft_member(held.bytes(NFTA_SET_ELEM_LIST_ELEMENTS), [&](int, std::string_view element) {
            ++elements_;
            add(table.elements, nft_element_line(prefix, element));
          });
          return within_bounds();
        });
  }

  int rules() {
    const auto afresh = [&] {
      forget(&Table::rules);
      rules_ = 0;
    };
    return dump(NFT_MSG_GETRULE, NFTA_RULE_TABLE, afresh, [&](const Key& key, const NetlinkAttributes& held) {
      ++rules_;
      if (const auto at = tables_.find(key); at != tables_.end())
        add(at->second.rules, nft_rule_lines(at->second.prefix, held));
    });
  }

  Netlink& socket_;
  const NftBounds& bounds_;
  std::map<Key, Table> tables_;
  std::vector<Set> sets_;
  std::size_t rules_ = 0, elements_ = 0, size_ = 0;
};

} // namespace

NftText read_nft_ruleset(Netlink& socket, const NftBounds& bounds) {
  for (int tries = 0; tries < most_tries; ++tries) {
    Dump dump(socket, bounds);
    const auto before = dump.generation();
    const int error = dump.all();
    if ((before == dump.generation() && error != EAGAIN) ||
        (error != 0 && error != ENOENT && error != EAGAIN))
      return {dump.text(), error};
  }
  return {{}, EAGAIN};
}

} // namespace sbx
