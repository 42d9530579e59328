#include "naive_rules.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace sbx {

namespace {

using Byte = std::optional<std::uint8_t>; // nothing: not known
using Bytes = std::vector<Byte>;

struct Way { // one of the ways that a packet may take
  NaivePacket packet;
  std::optional<std::uint32_t> mark{0};
  bool translated = false, address_changed = false, port_changed = false, loopback = false;
};

using Sink = std::function<void(Way)>;

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

std::uint8_t u8(char c) { return static_cast<std::uint8_t>(c); }

class Naive {
public:
  Naive(const Sender& sender, const NetFilterTable& table, const NetFilterChain& base)
      : sender_(sender), table_(table), base_(base) {}
  std::function<void(const Way&, Fate)> ended;

  void base(const Way& way, const Sink& accepted) {
    accepted_ = accepted;
    chain(base_, 0, way, [&](const Way& fallen) {
      if (base_.policy == "drop")
        ended(fallen, Fate::refused);
      else
        accepted_(fallen);
    });
  }

private:
  void chain(const NetFilterChain& it, std::size_t number, const Way& way, const Sink& fallen) {
    if (number == it.rules.size())
      return fallen(way);
    const auto next = [&, number](const Way& on) { chain(it, number + 1, on, fallen); };
    Bytes registers(64, 0);
    rule(it.rules[number], 0, way, registers, next, fallen);
  }

  void verdict(const std::string& word, const std::string& to, const Way& way, const Sink& next,
               const Sink& fallen) {
    if (word == "accept")
      return accepted_(way);
    if (word == "drop")
      return ended(way, Fate::refused);
    if (word == "return")
      return fallen(way);
    for (const NetFilterChain& chain_ : table_.chains)
      if (chain_.name == to)
        return chain(chain_, 0, way, word == "jump" ? next : fallen);
    ended(way, Fate::undecided);
  }

  static std::size_t place(const std::string& reg) {
    const std::size_t number = std::stoul(reg);
    return number <= 4 ? (number - 1) * 16 : (number - 8) * 4;
  }
  static void store(Bytes& registers, const std::string& reg, Bytes value) {
    while (value.size() % 4 != 0)
      value.emplace_back(0);
    std::copy(value.begin(), value.end(), registers.begin() + static_cast<std::ptrdiff_t>(place(reg)));
  }
  static Bytes load(const Bytes& registers, const std::string& reg, std::size_t length) {
    const auto begin = registers.begin() + static_cast<std::ptrdiff_t>(place(reg));
    return {begin, begin + static_cast<std::ptrdiff_t>(length)};
  }
  static Bytes known(const std::string& bytes) {
    Bytes value;
    for (const char c : bytes)
      value.emplace_back(u8(c));
    return value;
  }
  static Bytes number(std::uint32_t value) {
    return {std::uint8_t(value), std::uint8_t(value >> 8), std::uint8_t(value >> 16),
            std::uint8_t(value >> 24)};
  }

  Bytes payload(const Way& way, unsigned base, unsigned offset, unsigned length) const {
    std::map<unsigned, Byte> header;
    const NaivePacket& packet = way.packet;
    const bool ports = packet.protocol == 6 || packet.protocol == 17 || packet.protocol == 132;
    if (base == 1) {
      const unsigned size = sender_.v6 ? 16 : 4, at = sender_.v6 ? 24 : 16;
      for (unsigned i = 0; i < size; ++i)
        header[at + i] = packet.to.bytes.at(i);
      header[sender_.v6 ? 6 : 9] = packet.protocol;
    } else if (ports) {
      header[2] = static_cast<std::uint8_t>(packet.port >> 8);
      header[3] = static_cast<std::uint8_t>(packet.port & 255);
    }
    Bytes value;
    for (unsigned i = offset; i < offset + length; ++i)
      value.push_back(header.contains(i) ? header[i] : Byte());
    return value;
  }

  std::optional<Bytes> meta(const Way& way, int key) const {
    switch (key) {
    case 3:
      return way.mark ? number(*way.mark) : Bytes(4);
    case 7: {
      std::string name = way.loopback ? "lo" : sender_.link;
      name.resize(16);
      return known(name);
    }
    case 10:
      return sender_.uid ? number(*sender_.uid) : Bytes(4);
    case 15:
      return Bytes{std::uint8_t(sender_.v6 ? 10 : 2)};
    case 16:
      return Bytes{way.packet.protocol};
    default:
      return std::nullopt;
    }
  }

  // -1, 0, 1 as memcmp; nothing: depends on what is not known.
  static std::optional<int> compare(const Bytes& one, const std::string& other) {
    for (std::size_t i = 0; i < other.size(); ++i) {
      if (!one[i])
        return std::nullopt;
      if (*one[i] != u8(other[i]))
        return *one[i] < u8(other[i]) ? -1 : 1;
    }
    return 0;
  }
  static std::optional<bool> equal(const Bytes& one, const std::string& other) {
    bool open = false;
    for (std::size_t i = 0; i < other.size(); ++i)
      if (!one[i])
        open = true;
      else if (*one[i] != u8(other[i]))
        return false;
    return open ? std::nullopt : std::optional(true);
  }
  static std::optional<bool> within(const Bytes& one, const std::string& from, const std::string& to) {
    const auto low = compare(one, from), high = compare(one, to);
    if (!low || !high)
      return std::nullopt;
    return *low >= 0 && *high <= 0;
  }

  std::optional<bool> holds(const NetFilterSet& set, const NetFilterElement& it, const Bytes& key) const {
    if ((set.flags & 0x80) != 0 && (set.flags & 4) != 0) {
      std::optional<bool> all = true;
      std::size_t at = 0;
      for (const unsigned field : set.fields) {
        const Bytes part(key.begin() + static_cast<std::ptrdiff_t>(at),
                         key.begin() + static_cast<std::ptrdiff_t>(at + field));
        const auto one =
            within(part, it.key.substr(at, field), (it.end.empty() ? it.key : it.end).substr(at, field));
        if (one == false)
          return false;
        if (!one)
          all = std::nullopt;
        at += (field + 3) / 4 * 4;
      }
      return all;
    }
    if ((set.flags & 4) == 0)
      return equal(key, it.key);
    std::string end(it.key.size(), '\xff'); // to the next element that is greater, less one
    std::string next;
    for (const NetFilterElement& other : set.elements)
      if ((other.flags & 2) == 0 && other.key > it.key && (next.empty() || other.key < next))
        next = other.key;
    if (!next.empty()) {
      const auto below = compare(key, next), above = compare(key, it.key);
      return *above >= 0 && *below < 0;
    }
    return within(key, it.key, end);
  }

  // The element, or none; `open` where it depends.
  const NetFilterElement* find(const NetFilterSet& set, const Bytes& key, bool& open) const {
    const NetFilterElement* rest = nullptr;
    for (const NetFilterElement& it : set.elements) {
      if ((it.flags & 2) != 0)
        rest = &it;
      if ((it.flags & 3) != 0)
        continue;
      const auto found = holds(set, it, key);
      open = open || !found;
      if (found == true)
        return &it;
    }
    return rest;
  }

  void rule(const NetFilterRule& it, std::size_t at, const Way& way, Bytes registers, const Sink& next,
            const Sink& fallen) {
    if (at == it.expressions.size())
      return next(way);
    const NetExpression& expression = it.expressions[at];
    const auto text = [&](const char* key) {
      const auto found = expression.values.find(key);
      return found == expression.values.end() ? std::string() : found->second;
    };
    const auto on = [&] { rule(it, at + 1, way, registers, next, fallen); };
    const auto test = [&](std::optional<bool> holds_) {
      if (holds_ != false)
        on();
      if (holds_ != true)
        next(way);
    };
    const std::string& name = expression.name;
    if (name == "log" || name == "counter")
      return on();
    if (name == "limit")
      return test(std::nullopt);
    if (name == "reject")
      return ended(way, Fate::refused);
    if (name == "payload") {
      const unsigned base = static_cast<unsigned>(std::stoul(text("base")));
      store(registers, text("dreg"),
            payload(way, base, static_cast<unsigned>(std::stoul(text("offset"))),
                    static_cast<unsigned>(std::stoul(text("len")))));
      const bool ports = way.packet.protocol == 6 || way.packet.protocol == 17 || way.packet.protocol == 132;
      return test(base == 2 && !ports ? std::nullopt : std::optional(true)); // a header that may be short
    }
    if (name == "meta" && !text("sreg").empty()) {
      const Bytes value = load(registers, text("sreg"), 4);
      Way marked = way;
      marked.mark = std::nullopt;
      if (std::all_of(value.begin(), value.end(), [](const Byte& b) { return b.has_value(); }))
        marked.mark = std::uint32_t{*value[0]} | std::uint32_t{*value[1]} << 8 |
                      std::uint32_t{*value[2]} << 16 | std::uint32_t{*value[3]} << 24;
      return rule(it, at + 1, marked, registers, next, fallen);
    }
    if (name == "meta") {
      const auto value = meta(way, std::stoi(text("key")));
      store(registers, text("dreg"), value.value_or(Bytes(16)));
      return test(value ? std::optional(true) : std::nullopt);
    }
    if (name == "ct") {
      store(registers, text("dreg"), number(base_.priority < -200 ? 1 : 8));
      return on();
    }
    if (name == "bitwise") {
      const std::string mask = bytes_of(text("mask")), flip = bytes_of(text("xor"));
      Bytes value = load(registers, text("sreg"), mask.size());
      for (std::size_t i = 0; i < mask.size(); ++i) {
        if (value[i])
          value[i] = static_cast<std::uint8_t>((*value[i] & u8(mask[i])) ^ u8(flip[i]));
        else if (u8(mask[i]) == 0)
          value[i] = u8(flip[i]);
      }
      store(registers, text("dreg"), value);
      return on();
    }
    if (name == "range") {
      const std::string from = bytes_of(text("from")), to = bytes_of(text("to"));
      auto inside = within(load(registers, text("sreg"), from.size()), from, to);
      if (inside && text("op") == "1")
        inside = !*inside;
      return test(inside);
    }
    if (name == "cmp") {
      const std::string data = bytes_of(text("data"));
      const Bytes value = load(registers, text("sreg"), data.size());
      const int op = std::stoi(text("op"));
      if (op <= 1) {
        auto same = equal(value, data);
        return test(same && op == 1 ? std::optional(!*same) : same);
      }
      const auto order = compare(value, data);
      if (!order)
        return test(std::nullopt);
      return test(op == 2 ? *order < 0 : op == 3 ? *order <= 0 : op == 4 ? *order > 0 : *order >= 0);
    }
    if (name == "immediate") {
      if (!text("verdict").empty())
        return verdict(text("verdict"), text("chain"), way, next, fallen);
      store(registers, text("dreg"), known(bytes_of(text("data"))));
      return on();
    }
    if (name == "lookup") {
      const auto set = std::find_if(table_.sets.begin(), table_.sets.end(),
                                    [&](const auto& s) { return s.name == text("set"); });
      bool open = false;
      const NetFilterElement* found = find(*set, load(registers, text("sreg"), set->key_len), open);
      if (open) // an element that may be meant: only of sets in these tests
        return test(found && !((found->flags & 2) != 0) ? std::optional(text("flags") != "1") : std::nullopt);
      if (text("dreg").empty())
        return test((found != nullptr) != (text("flags") == "1"));
      if (!found)
        return next(way);
      if (text("dreg") == "0" && found->verdict == "continue")
        return on();
      if (text("dreg") == "0")
        return verdict(found->verdict, found->chain, way, next, fallen);
      store(registers, text("dreg"), known(found->data));
      return on();
    }
    if (name == "redir" || name == "nat") {
      Way sent = way;
      sent.translated = true;
      const auto two = [&](const std::string& reg) {
        const Bytes value = load(registers, reg, 2);
        return static_cast<std::uint16_t>(*value[0] << 8 | *value[1]);
      };
      if (name == "redir") {
        sent.packet.to = *parse_ip_address(sender_.v6 ? "::1" : "127.0.0.1");
        sent.address_changed = true;
      } else if (!text("addr_min").empty()) {
        const Bytes value = load(registers, text("addr_min"), sender_.v6 ? 16 : 4);
        for (std::size_t i = 0; i < value.size(); ++i)
          sent.packet.to.bytes.at(i) = *value[i];
        sent.address_changed = true;
      }
      if (!text("proto_min").empty()) {
        sent.packet.port = two(text("proto_min"));
        sent.port_changed = true;
      }
      return accepted_(sent);
    }
    if (name == "target")
      return ended(way, Fate::refused); // REJECT is the only one in these tests
    if (name == "match") {
      const std::string info = bytes_of(text("info"));
      const auto host16 = [&](std::size_t i) { return u8(info[i]) | u8(info[i + 1]) << 8; };
      const auto host32 = [&](std::size_t i) {
        return static_cast<std::uint32_t>(host16(i)) | static_cast<std::uint32_t>(host16(i + 2)) << 16;
      };
      if (text("name") == "owner")
        return test(sender_.uid ? std::optional((*sender_.uid >= host32(0) && *sender_.uid <= host32(4)) !=
                                                (info[17] != 0))
                                : std::nullopt);
      if (text("name") == "multiport") {
        bool in = false;
        for (std::size_t i = 0; i < u8(info[1]); ++i) {
          const bool range = info[32 + i] != 0;
          in = in || (way.packet.port >= host16(2 + 2 * i) &&
                      way.packet.port <= host16(2 + 2 * (i + (range ? 1 : 0))));
          i += range ? 1 : 0;
        }
        return test(in != (info[47] != 0));
      }
      return test(std::nullopt);
    }
    ended(way, Fate::undecided);
  }

  const Sender& sender_;
  const NetFilterTable& table_;
  const NetFilterChain& base_;
  Sink accepted_;
};

} // namespace

std::set<NaiveFate> naive_fates(const NetRuleset& ruleset, const Sender& sender, const NaivePacket& packet) {
  struct Base {
    const NetFilterTable* table;
    const NetFilterChain* chain;
    bool nat() const { return chain->type == "nat"; }
    std::tuple<unsigned, int> order() const {
      return {*chain->hook, nat() ? (*chain->hook == 3 ? -100 : 100) : chain->priority};
    }
  };
  std::vector<Base> bases;
  for (const NetFilterTable& table : ruleset.tables)
    for (const NetFilterChain& chain : table.chains)
      if (chain.hook && (*chain.hook == 3 || *chain.hook == 4) && table.flags == 0 &&
          (table.family == "inet" || table.family == (sender.v6 ? "ip6" : "ip")))
        bases.push_back({&table, &chain});
  std::stable_sort(bases.begin(), bases.end(),
                   [](const Base& a, const Base& b) { return a.order() < b.order(); });
  std::set<NaiveFate> fates;
  std::function<void(std::size_t, Way)> from = [&](std::size_t at, Way way) {
    if (at == bases.size()) {
      const bool changed = way.address_changed || way.port_changed;
      fates.emplace(changed ? Fate::redirected : Fate::accepted,
                    way.address_changed ? std::optional(way.packet.to) : std::nullopt,
                    way.port_changed ? std::optional(way.packet.port) : std::nullopt);
      return;
    }
    if (bases[at].nat() && way.translated)
      return from(at + 1, way);
    if (*bases[at].chain->hook == 4 && way.address_changed)
      way.loopback = true; // in these tests only loopback is sent to
    Naive naive(sender, *bases[at].table, *bases[at].chain);
    naive.ended = [&](const Way&, Fate fate) { fates.emplace(fate, std::nullopt, std::nullopt); };
    naive.base(way, [&](const Way& on) { from(at + 1, on); });
  };
  Way way;
  way.packet = packet;
  way.loopback = packet.to.loopback();
  from(0, way);
  return fates;
}

} // namespace sbx
