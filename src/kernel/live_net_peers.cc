#include "kernel/live_net_peers.h"

#include "core/escape.h"
#include "kernel/file.h"
#include "kernel/listening_sockets.h"
#include "kernel/machine_net_namespaces.h"
#include "kernel/net_namespaces.h"
#include "kernel/net_room.h"
#include "kernel/path_children.h"
#include "kernel/property_text.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fmt/core.h>
#include <map>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace sbx {

namespace {

using clock = std::chrono::steady_clock;

constexpr int deadline_ms = 1500;
constexpr int own_end_ms = 1300; // so that what was found until then is told
constexpr std::size_t most_bytes = 16 << 20;
constexpr std::size_t most_reached = 64;

struct Reached {
  std::uint64_t inode = 0;
  unsigned distance = 0;
  std::vector<PeerEndWords> ends;
};

// All of it in one child, which goes from namespace to namespace. Its own one is entered first, by sockets
// that stay there: a user who may join others may not be let back in.
class Walk {
public:
  Walk(const ProcTarget& target, const std::vector<NetNamespace>& namespaces, int out)
      : target_(target), namespaces_(namespaces), out_(out),
        until_(clock::now() + std::chrono::milliseconds(own_end_ms)), own_(open_room()) {
    const auto own = net_inode(target.proc(), std::to_string(getpid()));
    own_inode_ = own.value_or(0);
  }

  void all() {
    std::vector<std::pair<std::uint64_t, NetRoom>> from = rooms_that_lead_out();
    if (!from.empty()) {
      machine_ = machine_net_namespaces(target_.proc(), until_);
      if (machine_.error != 0)
        met(machine_.error);
      searched_ = machine_.list.size();
    }
    for (auto& [inode, room] : from) {
      const std::map<std::int32_t, std::uint64_t> inodes = inodes_by_id(room);
      for (const RtLink& link : room.links)
        if (const auto at = link.netns_id ? inodes.find(*link.netns_id) : inodes.end(); at != inodes.end())
          reach(at->second, 1, {inode, link.index, link.other_end});
    }
    for (std::size_t i = 0; i < reached_.size(); ++i) // grows while it is walked
      visit(i);
    say(out_, fmt::format("searched {} end {}\n", searched_, end_word(error_)));
  }

private:
  void met(int error) {
    if (error_ == 0)
      error_ = error;
  }

  bool of_target(std::uint64_t inode) const {
    return std::any_of(namespaces_.begin(), namespaces_.end(),
                       [&](const NetNamespace& at) { return at.inode == inode; });
  }

  std::vector<std::pair<std::uint64_t, NetRoom>> rooms_that_lead_out() {
    std::vector<std::pair<std::uint64_t, NetRoom>> rooms;
    for (const NetNamespace& at : namespaces_) {
      if (at.own)
        continue;
      if (at.error != 0 || setns(at.fd.get(), CLONE_NEWNET) != 0) {
        met(at.error != 0 ? at.error : errno);
        continue;
      }
      NetRoom room = open_room();
      room.look();
      if (room.error != 0)
        met(room.error);
      if (std::any_of(room.links.begin(), room.links.end(), [](const RtLink& link) { return link.netns_id; }))
        rooms.emplace_back(at.inode, std::move(room));
    }
    return rooms;
  }

  // Who is meant by the ids in the links there. Asked until all are known, the likely ones first: ours, and
  // those that were reached.
  std::map<std::int32_t, std::uint64_t> inodes_by_id(NetRoom& room) {
    std::vector<const MachineNetNamespace*> order;
    for (const MachineNetNamespace& at : machine_.list)
      order.push_back(&at);
    const auto likely = [&](const MachineNetNamespace* at) {
      return at->inode == own_inode_ || of_target(at->inode) || reached(at->inode) != nullptr;
    };
    std::stable_partition(order.begin(), order.end(), likely);
    std::map<std::int32_t, std::uint64_t> known;
    std::size_t wanted = room.ids().size();
    for (const MachineNetNamespace* at : order) {
      if (wanted == 0)
        break;
      const auto id = room.id_of(at->fd.get());
      if (id && room.ids().contains(*id) && known.emplace(*id, at->inode).second)
        --wanted;
    }
    return known;
  }

  Reached* reached(std::uint64_t inode) {
    const auto it =
        std::find_if(reached_.begin(), reached_.end(), [&](const Reached& at) { return at.inode == inode; });
    return it == reached_.end() ? nullptr : &*it;
  }

  void reach(std::uint64_t inode, unsigned distance, const PeerEndWords& end) {
    if (of_target(inode))
      return;
    Reached* at = reached(inode);
    if (!at && reached_.size() == most_reached)
      return met(EFBIG);
    if (!at)
      at = &reached_.emplace_back(Reached{inode, distance, {}});
    if (at->distance == distance)
      at->ends.push_back(end);
  }

  // What else hangs on the bridges that the ends of the target's links hang on.
  void go_on_from(const Reached& from, const NetRoom& room,
                  const std::map<std::int32_t, std::uint64_t>& inodes) {
    std::vector<std::uint32_t> bridges;
    for (const RtLink& link : room.links)
      for (const PeerEndWords& end : from.ends)
        if (end.here == link.index && link.master)
          bridges.push_back(*link.master);
    for (const RtLink& port : room.links) {
      const bool beside = port.master && std::count(bridges.begin(), bridges.end(), *port.master) > 0;
      const auto at = beside && port.netns_id ? inodes.find(*port.netns_id) : inodes.end();
      if (at != inodes.end() && at->second != from.inode)
        reach(at->second, 2, {from.inode, port.index, port.other_end});
    }
  }

  void visit(std::size_t which) {
    const Reached at = reached_[which];
    const MachineNetNamespace& known =
        *std::find_if(machine_.list.begin(), machine_.list.end(),
                      [&](const MachineNetNamespace& it) { return it.inode == at.inode; });
    const bool ours = at.inode == own_inode_;
    std::string text = peer_heading(target_.proc(), known, at.distance, ours);
    for (const PeerEndWords& end : at.ends)
      text += fmt::format("other_end {} link={} here={}\n", end.from, end.link, index_word(end.here));
    if (clock::now() > until_) {
      met(ETIMEDOUT);
      return say(out_, text + "end !ETIMEDOUT\n");
    }
    if (!ours && setns(known.fd.get(), CLONE_NEWNET) != 0)
      return say(out_, text + "end " + end_word(errno) + "\n");
    NetRoom theirs = ours ? std::move(own_) : open_room();
    theirs.look();
    const auto inodes = inodes_by_id(theirs);
    text += theirs.tell(inodes, at.inode);
    say(out_, text + "end " + end_word(theirs.error) + "\n");
    if (at.distance == 1)
      go_on_from(at, theirs, inodes);
  }

  const ProcTarget& target_;
  const std::vector<NetNamespace>& namespaces_;
  int out_;
  clock::time_point until_;
  NetRoom own_;
  std::uint64_t own_inode_ = 0;
  MachineNetNamespaces machine_;
  std::vector<Reached> reached_;
  std::size_t searched_ = 0;
  int error_ = 0;
};

// A child may hold a descriptor of each namespace, which is more than what is usual.
void allow_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 4096));
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

// What a child that was cut off has not said: the end of its last part, and the last line.
void finish(std::string& text, int error) {
  text.resize(text.rfind('\n') + 1);             // npos + 1 is 0
  const auto last = [&](std::string_view what) { // where the last line that begins so does; 0: there is none
    const std::size_t at = ("\n" + text).rfind("\n" + std::string(what));
    return at == std::string::npos ? 0 : at + 1;
  };
  if (last("searched ") != 0)
    return;
  if (last("netns ") > last("end "))
    text += "end " + end_word(error) + "\n";
  text += "searched 0 end " + end_word(error) + "\n";
}

} // namespace

Reading read_net_peers(const ProcTarget& target) {
  const auto namespaces = net_namespaces(target);
  if (!namespaces)
    return tl::unexpected<Refusal>(namespaces.error());
  if (std::all_of(namespaces->begin(), namespaces->end(), [](const NetNamespace& at) { return at.own; }))
    return refused(ENODATA, "the target lives in the network namespace of the inspector");
  ChildAnswer answer = hear_child(
      [&](int out) {
        allow_descriptors();
        Walk(target, *namespaces, out).all();
      },
      {.deadline_ms = deadline_ms, .most_bytes = most_bytes});
  finish(answer.bytes, answer.cut ? answer.cut->error : EPERM); // EPERM: killed, by a filter on us
  return std::move(answer.bytes);
}

} // namespace sbx
