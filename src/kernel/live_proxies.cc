#include "kernel/live_proxies.h"

#include "core/escape.h"
#include "kernel/process_environ.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/core.h>
#include <optional>

namespace sbx {

namespace {

constexpr std::size_t most_lines = 64, most_exceptions = 256, most_host = 255, most_scheme = 32;

// Programs differ in which of them they read, and some read only the small ones.
constexpr std::string_view proxy_names[] = {"HTTP_PROXY",
                                            "HTTPS_PROXY",
                                            "ALL_PROXY",
                                            "FTP_PROXY",
                                            "GRPC_PROXY",
                                            "SOCKS_PROXY",
                                            "RSYNC_PROXY",
                                            "http_proxy",
                                            "https_proxy",
                                            "all_proxy",
                                            "ftp_proxy",
                                            "grpc_proxy",
                                            "socks_proxy",
                                            "SOCKS_SERVER",
                                            "SOCKS5_SERVER",
                                            "npm_config_proxy",
                                            "npm_config_https_proxy",
                                            "CARGO_HTTP_PROXY",
                                            "GLOBAL_AGENT_HTTP_PROXY",
                                            "DOCKER_HTTP_PROXY",
                                            "DOCKER_HTTPS_PROXY"};
constexpr std::string_view exception_names[] = {"NO_PROXY", "no_proxy"};

struct Place {
  std::string_view scheme, host, port; // empty: not said
};

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_scheme(std::string_view text) { // RFC 3986, 3.1
  return !text.empty() && text.size() <= most_scheme && std::all_of(text.begin(), text.end(), [](char c) {
    return alphanumeric(c) || c == '+' || c == '-' || c == '.';
  });
}

// Letters of any language; what else a password may hold is in no name of a host.
bool is_host(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= most_host && std::all_of(text.begin(), text.end(), [&](char c) {
    return alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 || also.find(c) != also.npos;
  });
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, port);
  return text.empty() || (problem == std::errc() && stop == end && port != 0 && text.front() != '0');
}

// [scheme://][user[:password]@]host[:port][/...]. Where an @ stands behind what would be the host, that may
// be the beginning of a password with a slash in it, and nothing is kept.
std::optional<Place> place_of(std::string_view value) {
  Place place;
  if (const std::size_t mark = value.find("://"); mark != value.npos) {
    place.scheme = value.substr(0, mark);
    if (!is_scheme(place.scheme))
      return std::nullopt;
    value.remove_prefix(mark + 3);
  }
  std::string_view authority = value.substr(0, value.find_first_of("/?#"));
  if (value.find('@', authority.size()) != value.npos)
    return std::nullopt;
  if (const std::size_t at = authority.rfind('@'); at != authority.npos)
    authority.remove_prefix(at + 1);
  std::size_t colon = 0;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == authority.npos)
      return std::nullopt;
    place.host = authority.substr(1, close - 1);
    colon = close + 1;
  } else {
    colon = std::min(authority.find(':'), authority.size());
    place.host = authority.substr(0, colon);
  }
  if (!is_host(place.host, authority.starts_with('[') ? ":.%_-" : ".-_"))
    return std::nullopt;
  if (colon < authority.size() && authority[colon] != ':')
    return std::nullopt;
  place.port = authority.substr(std::min(colon + 1, authority.size()));
  return is_port(place.port) ? std::optional(place) : std::nullopt;
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return small;
}

std::string proxy_line(std::string_view name, std::string_view value) {
  if (value.empty())
    return fmt::format("{} empty\n", name);
  const int credentials = value.find('@') != value.npos ? 1 : 0;
  const auto place = place_of(value);
  if (!place)
    return fmt::format("{} malformed credentials={}\n", name, credentials);
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  return fmt::format("{} scheme={} host={} port={} credentials={}\n", name,
                     or_dash(in_small_letters(place->scheme)), escaped_word(place->host),
                     or_dash(std::string(place->port)), credentials);
}

std::string exceptions_line(std::string_view name, std::string_view value) {
  const std::string_view kept = value.substr(0, most_exceptions);
  return fmt::format("{} value={} left_out={}\n", name, escaped_word(kept), value.size() - kept.size());
}

template <class Names> bool among(std::string_view name, const Names& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

} // namespace

std::string proxy_lines(std::string_view environment) {
  std::string text;
  std::size_t lines = 0;
  each_variable(environment, [&](std::string_view name, std::string_view value) {
    const bool exceptions = among(name, exception_names);
    if ((exceptions || among(name, proxy_names)) && ++lines <= most_lines)
      text += exceptions ? exceptions_line(name, value) : proxy_line(name, value);
  });
  return text + fmt::format("end more={}\n", lines - std::min(lines, most_lines));
}

} // namespace sbx
