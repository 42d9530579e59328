#include "parse/net_peers.h"

#include "parse/net_token.h"

#include <algorithm>

namespace sbx {

namespace {

PeerNamespace namespace_of(TokenLine& line) {
  PeerNamespace at;
  at.inode = line.number(line.word());
  at.distance = static_cast<unsigned>(line.number(line.value("distance"), 2));
  at.ours = flag_of(line, line.value("ours"));
  at.processes = line.number(line.value("processes"));
  const std::string_view pid = line.value("pid");
  if (pid != "-")
    at.pid = static_cast<std::int64_t>(line.number(pid, INT32_MAX));
  at.comm = name_or_none(line, "comm");
  at.cgroup = name_or_none(line, "cgroup");
  at.name = name_or_none(line, "name");
  if (at.inode == 0 || at.distance == 0)
    line.fail();
  return at;
}

PeerEnd end_here(TokenLine& line) {
  PeerEnd end;
  end.from = line.number(line.word());
  end.link = line.small(line.value("link"));
  end.here = small_or_none(line, "here");
  return end;
}

PeerLink link_of(TokenLine& line) {
  PeerLink link;
  link.index = line.small(line.word());
  link.name = line.bytes(line.value("name"));
  link.kind = name_or_none(line, "kind");
  link.flags = static_cast<std::uint32_t>(line.number(line.value("flags"), UINT32_MAX, 16));
  link.master = small_or_none(line, "master");
  link.peer = small_or_none(line, "peer");
  const std::string_view netns = line.value("peer_netns");
  link.peer_unseen = netns == "?";
  if (netns != "?" && netns != "-")
    link.peer_netns = line.number(netns);
  if (link.name.empty())
    line.fail();
  return link;
}

bool take_public(PeerNamespace& at, TokenLine& line) {
  const std::string_view family = line.word();
  std::optional<PublicRoute>& held = family == "6" ? at.public6 : at.public4;
  if (held || (family != "4" && family != "6"))
    return false;
  held.emplace();
  if (line.next_is("link")) {
    held->link = small_or_none(line, "link");
    held->via = address_or_none(line, "via");
  } else {
    held->error = errno_of(line, line.word());
  }
  return true;
}

bool take_forwards(PeerNamespace& at, TokenLine& line) {
  const std::string_view family = line.word(), word = line.word();
  std::optional<bool>& held = family == "6" ? at.forwards6 : at.forwards4;
  if (held || (family != "4" && family != "6"))
    return false;
  if (word.starts_with('!'))
    errno_of(line, word); // not seen: it stays empty
  else
    held = flag_of(line, word);
  return true;
}

PeerListen listen_of(TokenLine& line) {
  PeerListen at;
  at.protocol = line.word();
  at.address = address_of(line, line.word());
  at.port = static_cast<std::uint16_t>(line.number(line.word(), UINT16_MAX));
  if (at.protocol != "tcp" && at.protocol != "udp")
    line.fail();
  return at;
}

class Reader {
public:
  NetPeers peers;
  bool ended = false;

  bool line(std::string_view text) {
    TokenLine line(text);
    const std::string_view what = line.word();
    if (ended)
      return false;
    if (what == "searched" || what == "netns") {
      if (open_)
        return false;
      what == "netns" ? begin(line) : searched(line);
    } else if (!open_ || !entry(what, line)) {
      return false;
    }
    return line.whole();
  }

private:
  void searched(TokenLine& line) {
    peers.searched = line.number(line.word());
    if (line.word() != "end")
      line.fail();
    peers.error = end_of(line);
    ended = true;
  }

  void begin(TokenLine& line) {
    PeerNamespace at = namespace_of(line);
    if (std::any_of(peers.namespaces.begin(), peers.namespaces.end(),
                    [&](const auto& known) { return known.inode == at.inode; }))
      line.fail();
    peers.namespaces.push_back(std::move(at));
    open_ = true;
  }

  bool entry(std::string_view what, TokenLine& line) {
    PeerNamespace& at = peers.namespaces.back();
    if (what == "other_end") {
      at.ends.push_back(end_here(line));
    } else if (what == "link") {
      at.links.push_back(link_of(line));
    } else if (what == "address") {
      const std::uint32_t link = line.small(line.word());
      at.addresses.push_back({link, prefix_of(line, line.word())});
    } else if (what == "listens") {
      at.listens.push_back(listen_of(line));
    } else if (what == "end") {
      at.error = end_of(line);
      open_ = false;
    } else {
      return what == "public" ? take_public(at, line) : what == "forwards" && take_forwards(at, line);
    }
    return true;
  }

  bool open_ = false;
};

} // namespace

Parsed<NetPeers> parse_net_peers(std::string_view text) {
  Reader reader;
  std::string_view wrong;
  const bool good = each_line(text, [&](std::string_view line) {
    wrong = line;
    return reader.line(line);
  });
  if (!good)
    return malformed("not what is on the other side of a network: " + escaped(wrong, 80));
  if (!reader.ended || cut_off(text))
    return malformed("a list of network namespaces that does not end");
  return std::move(reader.peers);
}

} // namespace sbx
