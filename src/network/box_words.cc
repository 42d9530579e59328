#include "network/box_words.h"

#include "core/some_of.h"
#include "network/region.h"

#include <algorithm>
#include <functional>

namespace sbx {

namespace {

constexpr std::size_t most = 4;

std::string protocol_word(Wide number) {
  switch (static_cast<unsigned>(number)) {
  case 1:
    return "icmp";
  case 6:
    return "tcp";
  case 17:
    return "udp";
  case 33:
    return "dccp";
  case 58:
    return "icmpv6";
  case 132:
    return "sctp";
  case 136:
    return "udplite";
  default:
    return "protocol " + std::to_string(static_cast<unsigned>(number));
  }
}

std::string protocol_range(const Span& span) {
  std::string words = protocol_word(span.first);
  if (span.second == span.first + 1)
    return words + ", " + protocol_word(span.second);
  return span.first == span.second ? words
                                   : words + " to " + std::to_string(static_cast<unsigned>(span.second));
}

std::string port_range(const Span& span) {
  const std::string first = std::to_string(static_cast<unsigned>(span.first));
  return span.first == span.second ? first : first + "-" + std::to_string(static_cast<unsigned>(span.second));
}

// A prefix where it is one.
std::string address_range(const Span& span, bool v6) {
  const unsigned bits = v6 ? 128 : 32;
  for (unsigned rest = 0; rest <= bits; ++rest) {
    const Wide within = rest == 0 ? 0 : widest(rest);
    if ((span.first & within) == 0 && span.second == (span.first | within))
      return rest == 0 ? ip_text(address_of(span.first, v6))
                       : ip_text(IpPrefix{address_of(span.first, v6), bits - rest});
  }
  return ip_text(address_of(span.first, v6)) + "-" + ip_text(address_of(span.second, v6));
}

std::string list_of(const Spans& spans, const std::function<std::string(const Span&)>& words) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < spans.size() && i < 64; ++i)
    texts.push_back(words(spans[i]));
  return some_of(std::move(texts), most);
}

} // namespace

std::string box_words(const Box& box, const Box& all, bool v6) {
  // What is there, or what is missing where that is shorter.
  const auto words_of = [&](Side side, const std::string& any, const std::string& name, const auto& word) {
    const Spans& held = *box.side[side];
    const Spans rest = without(*all.side[side], held);
    const auto named = [&](const Spans& spans) {
      return (name.empty()                                             ? ""
              : spans.size() == 1 && spans[0].first == spans[0].second ? name + " "
                                                                       : name + "s ") +
             list_of(spans, word);
    };
    if (rest.empty())
      return any;
    const auto width = [](const Span& span) { return span.second - span.first; };
    if (rest.size() < held.size() || (rest.size() == held.size() && width(rest[0]) < width(held[0])))
      return any + (any.empty() ? "but " : " but ") + named(rest);
    return named(held);
  };
  const std::string protocols = words_of(protocol_side, "everything", "", protocol_range);
  const std::string addresses =
      words_of(address_side, "any address", "", [&](const Span& span) { return address_range(span, v6); });
  const std::string ports = words_of(port_side, "", "port", port_range);
  return protocols + " to " + addresses + (ports.empty() ? "" : " " + ports);
}

} // namespace sbx
