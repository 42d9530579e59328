#include "probes/socket_warnings.h"

#include "core/escape.h"
#include "core/some_of.h"
#include "probes/leading_sockets.h"
#include "probes/outside_sockets.h"

#include <fmt/core.h>
#include <map>

namespace sbx {

namespace {

constexpr std::size_t most_listed = 64;

// One warning for all of a kind: "network.unix_socket", the sockets of container engines.
struct Group {
  const LeadingRow* row = nullptr;
  std::vector<std::string> evidence;
};

std::string summary_of(const LeadingSocket::How how, std::string_view kind, const LeadingRow* row) {
  if (row)
    return fmt::format("{} can be reached by a unix socket: who talks to it may {}", kind, row->follows);
  return how == LeadingSocket::How::descriptor
             ? "a unix socket is held whose other end is a process outside of its namespaces"
             : "a unix socket is mounted into the sandbox; what who talks to it may do is not known here";
}

void leading_warnings(const LeadingSockets& leading, std::vector<Warning>& to) {
  std::map<std::tuple<bool, Severity, std::string_view, LeadingSocket::How>, Group> groups;
  for (const LeadingSocket& it : leading.found) {
    const bool abstract = it.how == LeadingSocket::How::abstract_name;
    const auto how = it.row ? LeadingSocket::How::path : it.how; // what a row says does not depend on the way
    Group& group = groups[{abstract, it.severity(), it.kind(), how}];
    group.row = it.row;
    group.evidence.push_back(it.evidence);
  }
  for (auto& [key, group] : groups) {
    const auto& [abstract, severity, kind, how] = key;
    to.push_back(
        {abstract ? "network.abstract_socket" : "network.unix_socket", severity,
         summary_of(how, kind, group.row), some_of(std::move(group.evidence)),
         abstract ? "give it a network namespace of its own, or scope abstract sockets with Landlock (ABI 6)"
         : group.row ? std::string(group.row->remedy)
                     : "close the socket before the sandbox begins, or leave it out of its mounts"});
  }
}

void outside_warnings(Witness& witness, std::vector<Warning>& to) {
  std::vector<std::string> inet, names;
  for (const OutsideSocket& it : outside_sockets(witness).found)
    (it.reaches_network ? inet : names).push_back(it.evidence);
  if (!inet.empty())
    to.push_back({"network.outside_socket", Severity::high,
                  "a socket is held that was made in another network namespace: it talks, and connects anew, "
                  "where the "
                  "target's own namespace cannot",
                  some_of(std::move(inet)),
                  "close sockets before the sandbox begins, or make them in its namespace"});
  if (!names.empty())
    to.push_back(
        {"network.outside_socket", Severity::medium,
         "a unix socket is held that was made in another network namespace: it reaches the abstract names of "
         "that one",
         some_of(std::move(names)),
         "close sockets before the sandbox begins, or make them in its namespace"});
}

Claims table_claims(const NetSockets& sockets) {
  Claims tables = Claims::object();
  for (const SocketFile& it : sockets.files)
    tables[it.name] = it.error != 0 ? Claims(nullptr)
                                    : Claims{{"listening", it.listening},
                                             {"connected", it.connected},
                                             {"bound", it.bound},
                                             {"other", it.unbound + it.ending},
                                             {"whole", it.whole()}};
  return tables;
}

Claims listening_claims(const NetSockets& sockets) {
  Claims list = Claims::array();
  for (const InetSocket& it : sockets.inet)
    if (list.size() < most_listed)
      list.push_back(
          {{"protocol", it.protocol}, {"address", ip_text(it.address)}, {"port", it.port}, {"uid", it.uid}});
  return list;
}

} // namespace

std::vector<Warning> socket_warnings(Witness& witness) {
  std::vector<Warning> warnings;
  const LeadingSockets leading = leading_sockets(witness);
  leading_warnings(leading, warnings);
  outside_warnings(witness, warnings);
  std::vector<std::string> unseen = leading.not_searched;
  for (const std::string& it : outside_sockets(witness).not_seen)
    unseen.push_back(it);
  if (!unseen.empty())
    warnings.push_back({"network.sockets_not_seen", Severity::info,
                        "not every socket that may lead out was looked for", some_of(std::move(unseen)),
                        "run as root, outside of the sandbox"});
  return warnings;
}

Claims socket_claims(Witness& witness) {
  Claims claims{
      {"tables", nullptr}, {"listening", nullptr}, {"listening_left_out", nullptr}, {"held", nullptr}};
  witness.net_sockets().match(
      [&](const Seen<NetSockets>& it) {
        claims["tables"] = table_claims(it.value());
        claims["listening"] = listening_claims(it.value());
        claims["listening_left_out"] =
            it.value().inet.size() + it.value().inet_left_out - claims["listening"].size();
      },
      [](const Gap&) {});
  const OutsideSockets outside = outside_sockets(witness);
  claims["outside"] = outside.held ? Claims::array() : Claims(nullptr);
  if (outside.held) {
    claims["held"] = *outside.held;
    for (const OutsideSocket& it : outside.found)
      if (claims["outside"].size() < most_listed)
        claims["outside"].push_back({{"descriptor", it.descriptor}, {"socket", it.evidence}});
  }
  const LeadingSockets leading = leading_sockets(witness);
  claims["leading"] = Claims::array();
  for (const LeadingSocket& it : leading.found)
    if (claims["leading"].size() < most_listed)
      claims["leading"].push_back(
          {{"kind", it.kind()},
           {"how", leading_how_name(it.how)},
           {"severity", severity_name(it.severity())},
           {"name", it.name.empty() ? Claims(nullptr) : Claims(escaped(it.name, 200))},
           {"known_as", it.known_as.empty() ? Claims(nullptr) : Claims(it.known_as)},
           {"descriptors", it.descriptors}});
  claims["other_abstract"] = leading.other_abstract;
  claims["not_searched"] = leading.not_searched;
  claims["not_searched_by_path"] = unguessable_sockets(); // by descriptors, mounts and variables alone
  return claims;
}

} // namespace sbx
