#include "parse/held_sockets.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/line.h"
#include "parse/token_line.h"

#include <algorithm>
#include <unordered_map>

namespace sbx {

namespace {

std::optional<int> refusal(std::string_view value) {
  return value.starts_with('!') ? errno_from_name(value.substr(1)) : std::nullopt;
}

// A number, or !ERRNO.
template <class T> bool take(TokenLine& line, std::string_view key, SocketAnswer<T>& answer) {
  const std::string_view value = line.value(key);
  if (const auto error = refusal(value)) {
    answer = tl::unexpected<int>(*error);
    return !line.failed();
  }
  if constexpr (std::is_same_v<T, bool>) {
    answer = value == "1";
    return !line.failed() && (value == "1" || value == "0");
  } else {
    const auto read = number<T>(value);
    if (read)
      answer = *read;
    return !line.failed() && read && *read >= T{};
  }
}

bool address_of(std::string_view value, SocketEnd& end) {
  const std::size_t slash = value.find('/');
  const auto port = slash == value.npos ? std::nullopt : number<std::uint16_t>(value.substr(slash + 1));
  end.address = parse_ip_address(value.substr(0, slash));
  end.port = port.value_or(0);
  return end.address && port;
}

bool name_of(std::string_view value, SocketEnd& end) {
  end.abstract = value.starts_with('@');
  return (end.abstract || value.starts_with(':')) && unescape(value.substr(1), end.path) &&
         (end.abstract || !end.path.empty());
}

// A name of a unix socket, or an address and a port; or nothing. An IPv6 address may begin as a path is
// written, so the domain decides; where that was refused, what reads as an address is one.
bool end_of(std::string_view value, SocketEnd& end, const HeldSocket& socket) {
  if (value == "-")
    return true;
  if (socket.domain)
    return socket.is_unix() ? name_of(value, end) : address_of(value, end);
  if (address_of(value, end))
    return true;
  end = {};
  return name_of(value, end);
}

bool take_end(TokenLine& line, std::string_view key, const HeldSocket& socket,
              SocketAnswer<SocketEnd>& answer) {
  const std::string_view value = line.value(key);
  if (const auto error = refusal(value)) {
    answer = tl::unexpected<int>(*error);
    return !line.failed();
  }
  SocketEnd end;
  const bool good = !line.failed() && end_of(value, end, socket);
  answer = std::move(end);
  return good;
}

bool take_peer(TokenLine& line, HeldSocket& socket) {
  SocketAnswer<std::int64_t> pid;
  if (!take(line, "peer_pid", pid))
    return false;
  if (!pid) {
    socket.peer_process.emplace(tl::unexpected<int>(pid.error()));
    return true;
  }
  SocketPeer peer;
  peer.pid = *pid;
  const auto uid = number<std::uint32_t>(line.value("peer_uid"));
  peer.uid = uid.value_or(0);
  const std::string_view comm = line.value("peer_comm");
  std::string bytes;
  if (const auto error = refusal(comm))
    peer.comm = tl::unexpected<int>(*error);
  else if (comm.starts_with(':') && unescape(comm.substr(1), bytes))
    peer.comm = std::move(bytes);
  else
    return false;
  if (!uid || !take(line, "peer_net", peer.net) || !take(line, "peer_mnt", peer.mnt))
    return false;
  socket.peer_process.emplace(std::move(peer));
  return true;
}

bool take_socket(TokenLine& line, HeldSocket& socket) {
  const auto number_of = number<int>(line.word());
  socket.number = number_of.value_or(-1);
  return socket.number >= 0 && take(line, "inode", socket.inode) && take(line, "domain", socket.domain) &&
         take(line, "type", socket.type) && take(line, "protocol", socket.protocol) &&
         take(line, "listening", socket.listening) && take(line, "cookie", socket.cookie) &&
         take(line, "netns", socket.netns) && take_end(line, "local", socket, socket.local) &&
         take_end(line, "peer", socket, socket.peer) && (line.at_end() || take_peer(line, socket)) &&
         line.at_end();
}

class Reader {
public:
  HeldSockets all;
  bool ended = false;

  bool read(std::string_view text) {
    TokenLine line(text);
    const std::string_view what = line.word();
    if (ended)
      return false;
    if (what == "netns" && !open_)
      return take_netns(line);
    if (what == "table" && !open_)
      return open_ = open_table(line);
    if (what == "socket" && open_)
      return take_socket(line, all.tables.back().sockets.emplace_back());
    if ((what == "gone" || what == "refused") && open_)
      return unseen(line, what == "refused");
    if (what == "listed" && open_)
      return !(open_ = !close_table(line));
    if (what == "threads" && !open_)
      return threads(line);
    if (what == "tables" && !open_ && all.tables_refused == 0)
      return (all.tables_refused = refusal(line.word()).value_or(0)) != 0 && line.at_end();
    return what == "end" && end(line);
  }

private:
  bool take_netns(TokenLine& line) {
    HeldNetns netns;
    const std::string_view inode = line.word();
    const auto read = number<std::uint64_t>(inode);
    const auto error = refusal(inode);
    if (read)
      netns.inode = *read;
    else
      netns.inode = tl::unexpected<int>(error.value_or(0));
    if ((!read && !error) || !take(line, "cookie", netns.cookie))
      return false;
    const auto tid = number<std::int64_t>(line.value("tid"));
    netns.tid = tid.value_or(0);
    all.namespaces.push_back(netns);
    return netns.tid > 0 && line.at_end();
  }

  bool open_table(TokenLine& line) {
    const auto tid = number<std::int64_t>(line.word());
    if (!tid || *tid <= 0 || !line.at_end() || !places_.emplace(*tid, all.tables.size()).second)
      return false;
    all.tables.emplace_back().tids.push_back(*tid);
    return true;
  }

  // Whatever was closed meanwhile is not held any more, and is no gap.
  bool unseen(TokenLine& line, bool with_errno) {
    const auto fd = number<int>(line.word());
    const auto error = with_errno ? refusal(line.word()) : std::optional(0);
    if (with_errno && fd && error)
      all.tables.back().unseen.emplace_back(*fd, *error);
    return fd && *fd >= 0 && error && line.at_end();
  }

  bool close_table(TokenLine& line) {
    SocketTable& table = all.tables.back();
    using enum SocketTable::Listed;
    const std::string_view how = line.word();
    const auto error = refusal(how);
    table.error = error.value_or(0);
    table.listed = error ? refused : how == "all" ? SocketTable::Listed::all : how == "moving" ? moving : cut;
    return line.at_end() && (table.listed != cut || how == "cut");
  }

  bool threads(TokenLine& line) {
    const auto first = number<std::int64_t>(line.word());
    const auto place = places_.find(first.value_or(0));
    if (place == places_.end() || all.tables[place->second].tids.size() != 1)
      return false;
    std::string_view list = line.word();
    for (bool more = true; more;) {
      const std::size_t comma = list.find(',');
      const auto tid = number<std::int64_t>(list.substr(0, comma));
      if (!tid || *tid <= 0)
        return false;
      all.tables[place->second].tids.push_back(*tid);
      more = comma != list.npos;
      list.remove_prefix(more ? comma + 1 : 0);
    }
    return line.at_end();
  }

  bool end(TokenLine& line) {
    const std::string_view how = line.word();
    const auto error = refusal(how);
    if (open_ && !error) // only a reading that was stopped leaves a table open
      return false;
    if (open_)
      all.tables.back().error = *error;
    all.stopped = error.value_or(0);
    all.settled = how == "settled";
    ended = true;
    return line.at_end() && (error || all.settled || how == "moving");
  }

  std::unordered_map<std::int64_t, std::size_t> places_; // of the tables, by their first thread
  bool open_ = false;
};

} // namespace

bool HeldSockets::whole() const {
  return tables_refused == 0 && stopped == 0 && settled &&
         std::all_of(tables.begin(), tables.end(), [](const SocketTable& table) {
           return table.listed == SocketTable::Listed::all && table.unseen.empty();
         });
}

std::optional<bool> made_outside(const HeldSockets& all, const HeldSocket& socket) {
  // By inodes, else by cookies; each is told only where those of every namespace are known.
  const auto among = [&](const auto& of_socket, auto member) -> std::optional<bool> {
    if (!of_socket || all.namespaces.empty())
      return std::nullopt;
    bool known = true;
    for (const HeldNetns& it : all.namespaces) {
      if (it.*member && *(it.*member) == *of_socket)
        return true;
      known = known && it.*member;
    }
    return known && all.settled ? std::optional(false) : std::nullopt;
  };
  auto inside = among(socket.netns, &HeldNetns::inode);
  if (!inside)
    inside = among(socket.cookie, &HeldNetns::cookie);
  return inside ? std::optional(!*inside) : std::nullopt;
}

Parsed<HeldSockets> parse_held_sockets(std::string_view text) {
  Reader reader;
  std::string_view wrong;
  each_line(text, [&](std::string_view line) {
    const bool good = reader.read(line);
    if (!good)
      wrong = line.empty() ? "an empty line" : line;
    return good;
  });
  if (!wrong.empty())
    return malformed("not a list of held sockets: " + escaped(wrong, 120));
  if (!reader.ended || cut_off(text))
    return malformed("a list of held sockets that does not end");
  return std::move(reader.all);
}

} // namespace sbx
