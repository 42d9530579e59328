#include "parse/resolv_conf.h"

#include "parse/line.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sbx {

namespace {

constexpr std::size_t most = 64;
constexpr std::string_view blanks = " \t";

// One part of an address in the form of inet_aton(3): decimal, 0 octal, 0x hexadecimal.
std::optional<std::uint64_t> aton_part(std::string_view text, std::uint64_t limit) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const int base = hexadecimal ? 16 : text.size() > 1 && text.front() == '0' ? 8 : 10;
  const auto value = number<std::uint64_t>(text.substr(hexadecimal ? 2 : 0), base);
  return value && *value <= limit ? value : std::nullopt;
}

// "127.1" and "0x7f000001" are addresses to the C libraries; the last part fills what is left.
std::optional<IpAddress> aton(std::string_view text) {
  std::uint32_t bits = 0;
  for (unsigned left = 4; left > 0; --left) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool last = dot == text.npos;
    const unsigned width = last ? left * 8 : 8;
    const auto value = aton_part(part, (std::uint64_t{1} << width) - 1);
    if (!value)
      return std::nullopt;
    bits = static_cast<std::uint32_t>(std::uint64_t{bits} << width | *value);
    if (last) {
      IpAddress address;
      for (unsigned i = 0; i < 4; ++i)
        address.bytes.at(i) = static_cast<std::uint8_t>(bits >> (24 - 8 * i));
      return address;
    }
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

std::optional<NameServer> name_server(std::string_view text) {
  if (auto address = aton(text))
    return NameServer{*address, {}};
  const std::size_t percent = text.find('%');
  const auto address = parse_ip_address(text.substr(0, percent));
  if (!address || !address->v6) // what is left of IPv4 is what inet_aton(3) took
    return std::nullopt;
  return NameServer{*address, percent == text.npos ? "" : std::string(text.substr(percent + 1))};
}

// What stands behind the keyword, which begins the line.
std::optional<std::string_view> behind(std::string_view line, std::string_view keyword) {
  if (!line.starts_with(keyword) || line.size() == keyword.size() ||
      blanks.find(line[keyword.size()]) == blanks.npos)
    return std::nullopt;
  return line.substr(keyword.size());
}

std::vector<std::string> listed(std::string_view text, std::size_t limit) {
  std::vector<std::string> entries;
  for (const std::string_view word : words(text))
    if (entries.size() < limit)
      entries.emplace_back(word);
  return entries;
}

class Reader {
public:
  ResolvConf conf;

  void line(std::string_view text) {
    text = text.substr(0, text.find('\0')); // where a C string ends
    if (text.starts_with(';') || text.starts_with('#'))
      return;
    if (const auto server = behind(text, "nameserver"))
      take_server(*server);
    else if (const auto domain = behind(text, "domain"))
      conf.search = listed(*domain, 1);
    else if (const auto search = behind(text, "search"))
      conf.search = listed(*search, most);
    else if (const auto options = behind(text, "options"))
      take_options(*options);
  }

private:
  void take_server(std::string_view text) {
    const auto parts = words(text);
    if (parts.empty())
      return;
    if (auto server = name_server(parts.front()); !server)
      ++conf.servers_not_read;
    else if (conf.servers.size() == most)
      ++conf.servers_left_out;
    else
      conf.servers.push_back(std::move(*server));
  }

  void take_options(std::string_view text) {
    constexpr std::string_view ndots = "ndots:";
    constexpr unsigned most_ndots = 15; // RES_MAXNDOTS
    for (const std::string_view option : words(text)) {
      if (conf.options.size() < most)
        conf.options.emplace_back(option);
      if (const auto value =
              option.starts_with(ndots) ? number<unsigned>(option.substr(ndots.size())) : std::nullopt)
        conf.ndots = std::min(*value, most_ndots);
    }
  }
};

} // namespace

Parsed<ResolvConf> parse_resolv_conf(std::string_view text) {
  Reader reader;
  each_line(text, [&](std::string_view line) {
    reader.line(line);
    return true;
  });
  return std::move(reader.conf);
}

} // namespace sbx
