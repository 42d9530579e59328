#include "parse/net_sockets.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "parse/hex_address.h"
#include "parse/line.h"
#include "parse/token_line.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unordered_set>

namespace sbx {

namespace {

constexpr std::size_t most_inet = 4096;
constexpr std::array<std::string_view, 9> names{"tcp",  "tcp6", "udp",    "udp6",   "raw",
                                                "raw6", "unix", "packet", "netlink"};

// One of `names`, which lives as long as we do; empty: none of them.
std::string_view protocol_of(std::string_view name) {
  const auto* const found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::string_view() : *found;
}

// The words of a line one after the other, with runs of spaces between them; empty at its end.
std::string_view next(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

bool take_end(std::string_view word, IpAddress& address, std::uint16_t& port) {
  const std::size_t colon = word.find(':');
  const auto read = address_of_words(word.substr(0, colon));
  const auto number =
      colon == word.npos || word.size() != colon + 5 ? std::nullopt : hex_word(word.substr(colon + 1));
  if (!read || !number)
    return false;
  address = *read;
  port = static_cast<std::uint16_t>(*number);
  return true;
}

class Tables {
public:
  NetSockets found;

  SocketFile& open(std::string_view name) {
    unix_names_.clear();
    return found.files.emplace_back(SocketFile{std::string(name)});
  }

  // Lines behind the head; false: none of the kernel's.
  bool inet(SocketFile& file, std::string_view protocol, std::string_view line) {
    InetSocket socket{protocol, {}, 0, 0, 0};
    IpAddress peer;
    std::uint16_t peer_port = 0;
    const bool numbered = next(line).ends_with(':');
    if (!numbered || !take_end(next(line), socket.address, socket.port) ||
        !take_end(next(line), peer, peer_port))
      return false;
    const auto state = hex_word(next(line));
    next(line); // queues
    next(line); // timer
    next(line); // retransmissions
    const auto uid = number<std::uint32_t>(next(line));
    next(line); // timeout
    const auto inode = number<std::uint64_t>(next(line));
    if (!state || !uid || !inode || socket.address.v6 != protocol.ends_with('6'))
      return false;
    socket.uid = *uid;
    socket.inode = *inode;
    constexpr std::uint32_t established = 1, listen = 10; // net/tcp_states.h
    if (*state == established)
      ++file.connected;
    else if (!protocol.starts_with("tcp"))
      keep(file.bound, socket);
    else if (*state == listen)
      keep(file.listening, socket);
    else
      ++file.ending;
    return true;
  }

  bool unix_domain(SocketFile& file, std::string_view line) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || colon > 24)
      return false;
    line.remove_prefix(colon + 1);
    const auto references = hex_word(next(line)), protocol = hex_word(next(line)),
               flags = hex_word(next(line)), type = hex_word(next(line)), state = hex_word(next(line));
    const auto inode = number<std::uint64_t>(next(line));
    if (!references || !protocol || !flags || !type || !state || !inode ||
        (!line.empty() && (line[0] != ' ' || line.size() == 1)))
      return false;
    const std::string_view name = line.substr(std::min<std::size_t>(line.size(), 1));
    constexpr std::uint32_t accepts = 0x10000, connected = 3; // linux/net.h: __SO_ACCEPTCON, SS_CONNECTED
    const bool listening = (*flags & accepts) != 0;
    ++(listening             ? file.listening
       : *state == connected ? file.connected
       : name.empty()        ? file.unbound
                             : file.bound);
    // What was accepted has the name of what it was accepted from.
    if (!name.empty() && (listening || *state != connected) && unix_names_.insert(name).second)
      found.unix_names.push_back({std::string(name), listening});
    return true;
  }

  // Of sock_diag(7), behind "table".
  bool table(TokenLine line) {
    const std::string_view name = line.word();
    if (!from_diag(name) || found.file(name))
      return false;
    SocketFile& file = open(name);
    const std::string_view how = line.word();
    file.cut = how == "cut";
    for (const auto& [key, count] : {std::pair("listening", &file.listening),
                                     {"connected", &file.connected},
                                     {"bound", &file.bound},
                                     {"unbound", &file.unbound},
                                     {"ending", &file.ending}})
      *count = line.number(line.value(key), UINT32_MAX);
    not_listed_ = inet(name) ? file.listening + file.bound : 0;
    found.inet_left_out += not_listed_;
    return line.whole() && (file.cut || how == "all");
  }

  bool socket(TokenLine line) {
    const auto address = parse_ip_address(line.word());
    InetSocket socket{protocol_of(found.files.back().name), {}, 0, 0, 0};
    socket.port = static_cast<std::uint16_t>(line.number(line.word(), UINT16_MAX));
    socket.uid = line.small(line.value("uid"));
    socket.inode = line.number(line.value("inode"));
    if (!line.whole() || not_listed_ == 0 || !address || address->v6 != socket.protocol.ends_with('6'))
      return false;
    socket.address = *address;
    --not_listed_;
    --found.inet_left_out;
    std::size_t count = 0;
    keep(count, socket);
    return true;
  }

  bool name(TokenLine line) {
    const std::string_view how = line.word();
    std::string name = line.bytes(line.word());
    if (!line.whole() || name.empty() || found.files.back().name != "unix" ||
        (how != "listening" && how != "bound"))
      return false;
    found.unix_names.push_back({std::move(name), how == "listening"});
    return true;
  }

private:
  static bool inet(std::string_view name) { return name != "unix"; }
  static bool from_diag(std::string_view name) {
    return !protocol_of(name).empty() && name != "packet" && name != "netlink";
  }
  void keep(std::size_t& count, const InetSocket& socket) {
    ++count;
    if (found.inet.size() < most_inet)
      found.inet.push_back(socket);
    else
      ++found.inet_left_out;
  }
  std::unordered_set<std::string_view> unix_names_; // of the text
  std::size_t not_listed_ = 0;                      // sockets that the table open now has counted
};

// A line of packet or netlink: an address of the kernel, then numbers.
bool is_row(std::string_view line) {
  const std::string_view first = next(line);
  return !first.empty() && !next(line).empty() && !next(line).empty();
}

void take_file(Tables& tables, std::string_view name, bool cut, std::string_view text) {
  const std::string_view protocol = protocol_of(name);
  SocketFile& file = tables.open(name);
  file.cut = cut || cut_off(text);
  if (file.cut) // the last line may be a part of one
    text = text.substr(0, text.rfind('\n') + 1);
  bool head = true;
  each_line(text, [&](std::string_view line) {
    if (head) {
      head = false;
      return true;
    }
    bool good = false;
    if (name == "unix")
      good = tables.unix_domain(file, line);
    else if (name == "packet" || name == "netlink")
      file.bound += (good = is_row(line)) ? 1 : 0;
    else
      good = tables.inet(file, protocol, line);
    file.unreadable += good ? 0 : 1;
    return true;
  });
}

} // namespace

const SocketFile* NetSockets::file(std::string_view name) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const SocketFile& it) { return it.name == name; });
  return found == files.end() ? nullptr : &*found;
}

// Without IPv6, or without packet(7), the kernel makes no file for it.
bool NetSockets::whole() const {
  const auto missing = [&](std::string_view name) {
    const SocketFile* it = file(name);
    return it && it->error == ENOENT;
  };
  const auto read = [&](std::string_view name) {
    const SocketFile* it = file(name);
    return it && it->error == 0;
  };
  const bool no_ipv6 = read("tcp") && missing("tcp6") && missing("udp6") && missing("raw6");
  return std::all_of(files.begin(), files.end(), [&](const SocketFile& it) {
    return it.whole() || (no_ipv6 && it.name.ends_with('6')) ||
           (it.name == "packet" && it.error == ENOENT && read("netlink"));
  });
}

Parsed<NetSockets> parse_net_sockets(std::string_view text) {
  Tables tables;
  bool in_table = false;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (end == text.npos)
      return malformed("tables of sockets that do not end");
    text.remove_prefix(end + 1);
    if (line == "end")
      break;
    TokenLine tokens(line);
    const std::string_view kind = tokens.word();
    if (kind == "table" || (in_table && (kind == "socket" || kind == "name"))) {
      in_table = true;
      if (!(kind == "table"    ? tables.table(tokens)
            : kind == "socket" ? tables.socket(tokens)
                               : tables.name(tokens)))
        return malformed("not a line of a table of sockets: " + escaped(line, 80));
      continue;
    }
    in_table = false;
    const auto parts = words(line);
    const bool good = parts.size() >= 3 && parts[0] == "file" && !protocol_of(parts[1]).empty() &&
                      !tables.found.file(parts[1]);
    const auto error = good && parts.size() == 3 && parts[2].starts_with('!')
                           ? errno_from_name(parts[2].substr(1))
                           : std::nullopt;
    if (error) {
      tables.open(parts[1]).error = *error;
      continue;
    }
    const auto bytes = good && parts.size() == 4 && (parts[2] == "all" || parts[2] == "cut")
                           ? number<std::size_t>(parts[3])
                           : std::nullopt;
    if (!bytes || *bytes > text.size())
      return malformed("not a table of sockets: " + escaped(line, 80));
    take_file(tables, parts[1], parts[2] == "cut", text.substr(0, *bytes));
    text.remove_prefix(*bytes);
  }
  if (!text.empty() || tables.found.files.empty())
    return malformed(text.empty() ? "no table of sockets at all" : "something behind the tables of sockets");
  return std::move(tables.found);
}

} // namespace sbx
