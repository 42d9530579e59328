#include "kernel/xtables_entry.h"

#include "kernel/nft_words.h"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

namespace sbx {

namespace {

constexpr int reg = 1;

template <class T> bool take(T& value, std::string_view bytes) {
  if (bytes.size() < sizeof value)
    return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  return true;
}

template <class T> std::string_view raw(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

bool zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

std::string compare(std::string_view data, bool inverted) {
  return fmt::format("expr cmp sreg={} op={} data={}\n", reg, inverted ? 1 : 0, hex_word(data));
}

std::string address(std::size_t offset, std::string_view value, std::string_view mask, bool inverted) {
  if (zero(mask) && zero(value) && !inverted)
    return {};
  std::string lines =
      fmt::format("expr payload dreg={} base=1 offset={} len={}\n", reg, offset, value.size());
  if (mask.find_first_not_of('\xff') != mask.npos)
    lines += fmt::format("expr bitwise sreg={0} dreg={0} len={1} op=0 mask={2} xor={3}\n", reg, mask.size(),
                         hex_word(mask), hex_word(std::string(mask.size(), '\0')));
  return lines + compare(value, inverted);
}

// The mask covers the name, with its NUL where it is the whole name.
std::string interface(int key, std::string_view name, std::string_view mask, bool inverted) {
  const std::size_t length = std::min(mask.find_first_not_of('\xff'), mask.size());
  if (length == 0 && !inverted)
    return {};
  if (!zero(mask.substr(length)))
    return "expr match name=interface rev=0 info=-\n"; // no iptables(8) makes such
  const bool whole = name.substr(0, length).find('\0') != name.npos;
  return fmt::format("expr meta dreg={} key={}\n", reg, key) +
         compare(name.substr(0, whole ? name.size() : length), inverted);
}

// What linux/netfilter_ipv4/ip_tables.h and its counterpart for IPv6 have in common.
struct Shape {
  std::size_t target_offset, next_offset, head;
  std::string source, source_mask, destination, destination_mask;
  std::size_t source_at, destination_at;
  std::string in, in_mask, out, out_mask;
  std::uint16_t protocol;
  bool by_protocol, special, jumps;
  std::uint8_t inverted;
};

template <class Ip> void fill(Shape& shape, const Ip& ip) {
  shape.source = raw(ip.src), shape.source_mask = raw(ip.smsk);
  shape.destination = raw(ip.dst), shape.destination_mask = raw(ip.dmsk);
  shape.in = raw(ip.iniface), shape.in_mask = raw(ip.iniface_mask);
  shape.out = raw(ip.outiface), shape.out_mask = raw(ip.outiface_mask);
  shape.protocol = ip.proto;
  shape.inverted = ip.invflags;
}

std::optional<Shape> shape_of(bool v6, std::string_view bytes) {
  Shape shape{};
  if (v6) {
    ip6t_entry entry{};
    if (!take(entry, bytes))
      return std::nullopt;
    fill(shape, entry.ipv6);
    shape.source_at = 8, shape.destination_at = 24;
    shape.by_protocol = (entry.ipv6.flags & IP6T_F_PROTO) != 0;
    shape.special = (entry.ipv6.flags & IP6T_F_TOS) != 0;
    shape.jumps = (entry.ipv6.flags & IP6T_F_GOTO) != 0;
    shape.target_offset = entry.target_offset, shape.next_offset = entry.next_offset;
    shape.head = sizeof entry;
  } else {
    ipt_entry entry{};
    if (!take(entry, bytes))
      return std::nullopt;
    fill(shape, entry.ip);
    shape.source_at = 12, shape.destination_at = 16;
    shape.by_protocol = entry.ip.proto != 0;
    shape.special = (entry.ip.flags & IPT_F_FRAG) != 0 || (entry.ip.invflags & IPT_INV_FRAG) != 0;
    shape.jumps = (entry.ip.flags & IPT_F_GOTO) != 0;
    shape.target_offset = entry.target_offset, shape.next_offset = entry.next_offset;
    shape.head = sizeof entry;
  }
  const bool good = shape.target_offset >= shape.head && shape.next_offset > shape.target_offset &&
                    shape.next_offset <= bytes.size();
  return good ? std::optional(std::move(shape)) : std::nullopt;
}

std::string base_conditions(const Shape& shape) {
  std::string lines =
      address(shape.source_at, shape.source, shape.source_mask, (shape.inverted & IPT_INV_SRCIP) != 0) +
      address(shape.destination_at, shape.destination, shape.destination_mask,
              (shape.inverted & IPT_INV_DSTIP) != 0) +
      interface(6, shape.in, shape.in_mask, (shape.inverted & IPT_INV_VIA_IN) != 0) +
      interface(7, shape.out, shape.out_mask, (shape.inverted & IPT_INV_VIA_OUT) != 0);
  if (shape.by_protocol) {
    const auto protocol = static_cast<std::uint8_t>(shape.protocol);
    lines += fmt::format("expr meta dreg={} key=16\n", reg) +
             compare(raw(protocol), (shape.inverted & XT_INV_PROTO) != 0);
  }
  if (shape.special) // fragments, or a type of service: what decides is not evaluated
    lines += "expr match name=special rev=0 info=-\n";
  return lines;
}

// struct xt_entry_match and xt_entry_target: size, name, revision, data.
struct Part {
  std::string_view name, data;
  unsigned revision;
  std::size_t size;
};

std::optional<Part> part_at(std::string_view bytes) {
  xt_entry_match head{};
  if (!take(head, bytes) || head.u.user.match_size < sizeof head || head.u.user.match_size > bytes.size())
    return std::nullopt;
  const std::string_view name = bytes.substr(offsetof(xt_entry_match, u.user.name), sizeof head.u.user.name);
  return Part{name.substr(0, name.find('\0')),
              bytes.substr(sizeof head, head.u.user.match_size - sizeof head), head.u.user.revision,
              head.u.user.match_size};
}

std::string part_line(const char* kind, const Part& part) {
  return fmt::format("expr {} name={} rev={} info={}\n", kind, name_word(part.name), part.revision,
                     hex_word(part.data));
}

} // namespace

std::optional<XtablesEntry> xtables_entry(bool v6, std::string_view bytes) {
  const auto shape = shape_of(v6, bytes);
  if (!shape)
    return std::nullopt;
  XtablesEntry entry;
  entry.size = shape->next_offset;
  entry.conditions = base_conditions(*shape);
  for (std::size_t offset = shape->head; offset < shape->target_offset;) {
    const auto match = part_at(bytes.substr(offset, shape->target_offset - offset));
    if (!match)
      return std::nullopt;
    entry.conditions += part_line("match", *match);
    offset += match->size;
  }
  const auto target = part_at(bytes.substr(shape->target_offset, shape->next_offset - shape->target_offset));
  if (!target)
    return std::nullopt;
  entry.any = entry.conditions.empty();
  if (target->name == XT_ERROR_TARGET) {
    entry.error = std::string(target->data.substr(0, target->data.find('\0')));
  } else if (target->name.empty()) { // XT_STANDARD_TARGET
    std::int32_t number = 0;
    if (!take(number, target->data))
      return std::nullopt;
    entry.verdict = XtablesVerdict{number, shape->jumps};
  } else {
    entry.target = part_line("target", *target);
  }
  return entry;
}

} // namespace sbx
