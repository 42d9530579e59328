#include "parse/net_attempts.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

namespace sbx {

std::optional<SocketAddress> parse_attempt_address(std::string_view text) {
  constexpr std::string_view protocol = "tcp:";
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with(protocol) || colon < protocol.size())
    return std::nullopt;
  std::string_view host = text.substr(protocol.size(), colon - protocol.size());
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  const auto address = parse_ip_address(host);
  const auto port = number<std::uint16_t>(text.substr(colon + 1));
  if (!address || address->v6 != bracketed || !port || *port == 0)
    return std::nullopt;
  return SocketAddress{*address, *port};
}

std::string attempt_text(const SocketAddress& to) {
  const std::string host = ip_text(to.address);
  return "tcp:" + (to.address.v6 ? "[" + host + "]" : host) + ":" + std::to_string(to.port);
}

std::string attempt_question(const NetAttemptQuestion& question) {
  return std::to_string(question.netns) + "/" + attempt_text(question.to) + "/" +
         std::to_string(question.uid) + "/" + std::to_string(question.gid);
}

std::optional<NetAttemptQuestion> parse_attempt_question(std::string_view text) {
  std::string_view parts[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t end = text.find('/');
    if ((end == text.npos) != (i == 3))
      return std::nullopt;
    parts[i] = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  const auto netns = number<std::uint64_t>(parts[0]);
  const auto to = parse_attempt_address(parts[1]);
  const auto uid = number<std::uint32_t>(parts[2]), gid = number<std::uint32_t>(parts[3]);
  if (!netns || !to || !uid || !gid)
    return std::nullopt;
  return NetAttemptQuestion{*netns, *to, *uid, *gid};
}

Parsed<std::vector<NetAttempt>> parse_net_attempts(std::string_view text) {
  return parse_each_line<NetAttempt>(text, [](std::string_view line) -> Parsed<NetAttempt> {
    TokenLine tokens(line);
    NetAttempt attempt;
    attempt.path = tokens.bytes(tokens.word());
    const std::string_view result = tokens.word();
    attempt.tried = tokens.at_end();
    const auto error = result.starts_with('!') ? errno_from_name(result.substr(1)) : std::nullopt;
    const bool fits = parse_attempt_question(attempt.path) && (error ? *error > 0 : result == "connected");
    if (!attempt.tried && (tokens.word() != "untried" || !tokens.at_end() || !error))
      return malformed("not an attempt: " + escaped(line, 80));
    if (tokens.failed() || !fits)
      return malformed("not an attempt: " + escaped(line, 80));
    attempt.error = error.value_or(0);
    return attempt;
  });
}

} // namespace sbx
