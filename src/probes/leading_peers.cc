#include "probes/leading_peers.h"

#include "core/errno_name.h"
#include "core/escape.h"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <map>

namespace sbx {

namespace {

// Of descriptors, in which namespaces the target's threads live.
struct Home {
  std::int64_t pid = 0;
  std::set<std::uint64_t> net, mnt;
};

Home home_of(Witness& witness) {
  Home home;
  home.pid = witness.identity().match([](const Seen<Identity>& it) { return it.value().pid; },
                                      [](const Gap&) { return std::int64_t(0); });
  witness.task_ns().match(
      [&](const Seen<std::vector<TaskNs>>& tasks) {
        for (const TaskNs& task : tasks.value())
          for (const auto& [kind, into] : {std::pair("net", &home.net), std::pair("mnt", &home.mnt)})
            if (const auto link = task.inodes.find(kind); link != task.inodes.end() && link->second)
              into->insert(*link->second);
      },
      [](const Gap&) {});
  return home;
}

std::string name_of(const SocketEnd& end) { return end.abstract ? "@" + end.path : end.path; }

// Nobody to ask about: not connected, or without anybody who could be told.
bool lives_inside(const SocketPeer& peer, const Home& home) {
  return peer.pid == home.pid ||
         (peer.net && home.net.contains(*peer.net) && peer.mnt && home.mnt.contains(*peer.mnt));
}

std::string words_of(const HeldSocket& socket, const std::string& name) {
  std::string words = name.empty() ? "without a name" : escaped(name, 200);
  const SocketPeer* peer = socket.peer_process && *socket.peer_process ? &**socket.peer_process : nullptr;
  if (peer && peer->pid > 0)
    words += fmt::format(", of process {} ({}), user {}", peer->pid,
                         peer->comm ? escaped(*peer->comm, 40) : "gone, or not shown", peer->uid);
  return words;
}

} // namespace

LeadingPeers leading_peers(Witness& witness) {
  LeadingPeers peers;
  const Home home = home_of(witness);
  witness.held_sockets().match(
      [&](const Seen<HeldSockets>& held) {
        std::map<std::uint64_t, LeadingSocket> by_inode; // duplicates are one socket
        std::vector<int> nobody;
        for (const SocketTable& table : held.value().tables)
          for (const HeldSocket& it : table.sockets) {
            if (!it.is_unix() || !it.peer)
              continue;
            const std::string name = name_of(*it.peer);
            const LeadingRow* row = name.empty() ? nullptr : leading_row(name);
            const SocketPeer* peer = it.peer_process && *it.peer_process ? &**it.peer_process : nullptr;
            const bool shown = peer && peer->pid > 0;
            if (!row && shown && lives_inside(*peer, home))
              continue;
            if (!row && !shown)
              nobody.push_back(it.number);
            if (!row && !shown)
              continue;
            const auto [place, added] = by_inode.try_emplace(it.inode.value_or(~std::uint64_t(it.number)));
            if (added)
              place->second = {LeadingSocket::How::descriptor, name, row, "", {}, words_of(it, name), false};
            auto& numbers = place->second.descriptors;
            if (std::find(numbers.begin(), numbers.end(), it.number) == numbers.end())
              numbers.push_back(it.number);
          }
        for (auto& [inode, it] : by_inode) {
          it.evidence = fmt::format("descriptor {} -> {}", fmt::join(it.descriptors, ", "), it.evidence);
          peers.found.push_back(std::move(it));
        }
        if (!nobody.empty())
          peers.not_searched.push_back(fmt::format(
              "who is at the other end of {} connected unix sockets, such as descriptor {}: nobody that our "
              "PID namespace shows",
              nobody.size(), nobody.front()));
        if (!held.value().whole())
          peers.not_searched.emplace_back("sockets that it holds: some were refused, or came too fast");
      },
      [&](const Gap& gap) { peers.not_searched.push_back("sockets that it holds: " + gap.detail); });
  return peers;
}

} // namespace sbx
