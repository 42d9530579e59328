#include "parse/proxies.h"

#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

namespace sbx {

namespace {

constexpr std::uint64_t last_port = 65'535;

bool take_variable(ProxyVariable& it, TokenLine& line) {
  it.name = std::string(line.word());
  if (it.name.empty() || line.at_end())
    return false;
  if (it.lists_exceptions() && line.next_is("value")) {
    it.exceptions = line.bytes(line.value("value"));
    it.exceptions_left_out = line.number(line.value("left_out"));
    it.empty = it.exceptions.empty();
  } else if (it.lists_exceptions()) {
    return false;
  } else if (line.next_is("scheme")) {
    const std::string_view scheme = line.value("scheme");
    it.scheme = scheme == "-" ? "" : scheme;
    it.host = line.bytes(line.value("host"));
    const std::string_view port = line.value("port");
    if (port != "-")
      it.port = static_cast<std::uint16_t>(line.number(port, last_port));
    it.credentials = line.number(line.value("credentials"), 1) != 0;
    it.address = parse_ip_address(it.host);
    if (it.host.empty() || scheme.empty())
      return false;
  } else {
    const std::string_view word = line.word();
    it.empty = word == "empty";
    it.malformed = word == "malformed";
    if (it.malformed)
      it.credentials = line.number(line.value("credentials"), 1) != 0;
    else if (!it.empty)
      return false;
  }
  return !line.failed() && line.at_end();
}

} // namespace

Parsed<Proxies> parse_proxies(std::string_view text) {
  Proxies proxies;
  bool ended = false;
  std::string_view wrong;
  const bool good = each_line(text, [&](std::string_view content) {
    TokenLine line(content);
    wrong = content;
    if (ended)
      return false;
    if (content.starts_with("end ")) {
      line.word();
      proxies.more = line.number(line.value("more"));
      ended = !line.failed() && line.at_end();
      return ended;
    }
    return take_variable(proxies.variables.emplace_back(), line);
  });
  if (!good)
    return malformed("no variable of a proxy: " + escaped(wrong, 80));
  if (!ended || cut_off(text))
    return malformed("a list of proxies that does not end");
  return proxies;
}

} // namespace sbx
