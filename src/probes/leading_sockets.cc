#include "probes/leading_sockets.h"

#include "core/errno_name.h"
#include "core/escape.h"
#include "core/some_of.h"
#include "parse/line.h"
#include "probes/leading_peers.h"
#include "probes/target_ns.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/core.h>
#include <map>

namespace sbx {

namespace {

constexpr unsigned type_mask = 0170000, is_socket = 0140000; // inode(7)
constexpr std::size_t most_mounts = 512;
constexpr std::uint64_t cap_dac_override = std::uint64_t(1) << 1;

using How = LeadingSocket::How;

// N of a mount on /run/user/N: the runtime directory of somebody who is logged in.
void take_users(const std::vector<Mount>& mounts, std::set<std::uint32_t>& uids) {
  constexpr std::string_view directory = "/run/user/";
  constexpr std::size_t most = 64;
  for (const Mount& mount : mounts)
    if (mount.point.starts_with(directory) && uids.size() < most)
      if (const auto uid = number<std::uint32_t>(std::string_view(mount.point).substr(directory.size())))
        uids.insert(*uid);
}

struct Who {
  std::set<std::uint32_t>
      uids; // of its threads, as the inspector and as it numbers them; and of runtime dirs
  const Tasks* tasks = nullptr;
};

void take_own_uids(Witness& witness, const std::vector<const Task*>& tasks, std::set<std::uint32_t>& uids) {
  for (const Task* task : tasks)
    if (task->status && task->status->uid)
      uids.insert(task->status->uid->begin(), task->status->uid->end());
  witness.id_map(source::target_uid_map)
      .match(
          [&](const Seen<std::vector<IdRange>>& map) {
            for (const std::uint32_t uid : std::set<std::uint32_t>(uids))
              for (const IdRange& range : map.value())
                if (uid >= range.outside && uid - range.outside < range.count)
                  uids.insert(range.inside + (uid - range.outside));
          },
          [](const Gap&) {});
}

// May no thread write to the file, as its mode has it? connect(2) needs that. False where it cannot be told:
// an ACL, a capability, a thread that was not seen.
bool refused_by_mode(const Tasks* tasks, const WalkStep& file) {
  if (!tasks || file.acl || !tasks->settled)
    return false;
  for (const Task* task : counted(*tasks)) {
    const ProcStatus* it = task->status ? &*task->status : nullptr;
    if (!it || !it->uid || !it->gid || !it->groups || !it->cap_eff || (*it->cap_eff & cap_dac_override) != 0)
      return false;
    const bool in_group = (*it->gid)[3] == file.gid ||
                          std::find(it->groups->begin(), it->groups->end(), file.gid) != it->groups->end();
    const unsigned shift = (*it->uid)[3] == file.uid ? 6 : in_group ? 3 : 0;
    if ((file.mode >> shift & 2) != 0)
      return false;
  }
  return true;
}

class Search {
public:
  explicit Search(Witness& witness) : witness_(witness) {
    witness.tasks().match([&](const Seen<Tasks>& it) { who_.tasks = &it.value(); },
                          [&](const Gap& gap) { left("users of the target: " + gap.detail); });
    if (who_.tasks)
      take_own_uids(witness, counted(*who_.tasks), who_.uids);
    witness.mounts().match([&](const Seen<std::vector<Mount>>& it) { take_users(it.value(), who_.uids); },
                           [](const Gap&) {});
  }

  LeadingSockets all() {
    paths();
    mounts();
    abstract_names();
    LeadingPeers peers = leading_peers(witness_);
    for (LeadingSocket& it : peers.found)
      found_.found.push_back(std::move(it));
    for (std::string& it : peers.not_searched)
      left(std::move(it));
    return std::move(found_);
  }

private:
  void left(std::string words) { found_.not_searched.push_back(std::move(words)); }

  // What its environment names is the target's to say, and only decides where else we look.
  std::vector<std::string> named_by_environment() {
    constexpr std::size_t most = 32;
    std::vector<std::string> paths;
    witness_.properties(source::target_environ)
        .match(
            [&](const Seen<Properties>& it) {
              const Property* runtime = find_property(it.value(), "XDG_RUNTIME_DIR");
              for (const Property& variable : it.value())
                if (variable.value && paths.size() < most && names_sockets(variable.key))
                  for (std::string& path : sockets_named_by(variable.key, *variable.value,
                                                            runtime ? runtime->value.value_or("") : ""))
                    paths.push_back(std::move(path));
            },
            [&](const Gap& gap) { left("sockets that its environment names: " + gap.detail); });
    return paths;
  }

  void paths() {
    std::vector<std::string> asked = leading_paths(who_.uids);
    for (std::string& path : named_by_environment())
      if (std::find(asked.begin(), asked.end(), path) == asked.end())
        asked.push_back(std::move(path));
    witness_.walks(asked).match(
        [&](const Seen<std::vector<PathWalk>>& it) {
          std::map<int, std::vector<std::string>> unseen;
          for (const PathWalk& walk : it.value())
            if (walk.file && (walk.file->mode & type_mask) == is_socket)
              at_path(walk);
            else if (!walk.file && walk.error != 0 && walk.error != ENOENT && walk.error != ENOTDIR)
              unseen[walk.error].push_back(escaped(walk.path, 100));
          for (auto& [error, paths] : unseen)
            left(fmt::format("{} ({})", some_of(std::move(paths), 3), errno_name(error)));
        },
        [&](const Gap& gap) { left("paths of the target: " + gap.detail); });
  }

  // Two names of one file (/run and /var/run) are one socket.
  void at_path(const PathWalk& walk) {
    const WalkStep& file = *walk.file;
    if (!seen_.insert({file.major, file.minor, file.inode}).second)
      return;
    LeadingSocket it;
    it.name = walk.path;
    it.row = leading_row(walk.path);
    it.mode_refuses = refused_by_mode(who_.tasks, file);
    it.evidence = fmt::format("{} (mode {:04o}, owner {}:{}, mount {}{})", escaped(walk.path, 200),
                              file.mode & 07777, file.uid, file.gid, file.mount,
                              it.mode_refuses ? ", which its threads may not write to" : "");
    found_.found.push_back(std::move(it));
  }

  void mounts() {
    witness_.mounts().match(
        [&](const Seen<std::vector<Mount>>& it) {
          std::vector<std::string> points;
          std::size_t more = 0;
          for (const Mount& mount : it.value())
            if (mount.root != "/" && std::find(points.begin(), points.end(), mount.point) == points.end())
              points.size() < most_mounts ? points.push_back(mount.point) : void(++more);
          if (more > 0)
            left(fmt::format("{} mounts more than {}", more, most_mounts));
          if (!points.empty())
            at_mounts(points);
        },
        [&](const Gap& gap) { left("mounts: " + gap.detail); });
  }

  void at_mounts(const std::vector<std::string>& points) {
    witness_.spots(points).match(
        [&](const Seen<std::vector<PathSpot>>& it) {
          for (const PathSpot& spot : it.value())
            if (spot.found && (spot.found->mode & type_mask) == is_socket &&
                seen_.insert({spot.found->major, spot.found->minor, spot.found->inode}).second)
              bound_in(spot.path, *spot.found);
            else if (!spot.found && spot.found.error() != ENOENT && spot.found.error() != ENOTDIR &&
                     spot.found.error() != ELOOP)
              left(fmt::format("the mount on {} ({})", escaped(spot.path, 100),
                               errno_name(spot.found.error())));
        },
        [&](const Gap& gap) { left("what is mounted: " + gap.detail); });
  }

  // Under whatever name: which one of the host's it is tell its device and inode.
  void bound_in(const std::string& point, const Spot& spot) {
    LeadingSocket it;
    it.how = How::mount;
    it.name = point;
    it.row = leading_row(point);
    it.evidence = fmt::format("{} (a socket that is mounted there)", escaped(point, 200));
    for (const PathSpot& own : hosts_own())
      if (own.found && own.found->major == spot.major && own.found->minor == spot.minor &&
          own.found->inode == spot.inode) {
        it.row = leading_row(own.path);
        it.known_as = own.path;
        it.evidence = fmt::format("{} (mounted there; it is {} of the host)", escaped(point, 200), own.path);
        break;
      }
    found_.found.push_back(std::move(it));
  }

  const std::vector<PathSpot>& hosts_own() {
    if (hosts_)
      return *hosts_;
    hosts_.emplace();
    std::set<std::uint32_t> uids = who_.uids;
    witness_.own_mounts().match([&](const Seen<std::vector<Mount>>& it) { take_users(it.value(), uids); },
                                [](const Gap&) {});
    witness_.own_spots(leading_paths(uids))
        .match(
            [&](const Seen<std::vector<PathSpot>>& it) { hosts_ = it.value(); },
            [&](const Gap& gap) { left("which socket of the host it is that is mounted: " + gap.detail); });
    return *hosts_;
  }

  void abstract_names() {
    const TargetNs net = target_ns(witness_, "net");
    if (net.initial == false)
      return;
    if (!net.initial) {
      left("abstract names, for whether its network namespace is the host's is not known" +
           (net.gap ? ": " + net.gap->detail : ""));
      return;
    }
    witness_.net_sockets().match(
        [&](const Seen<NetSockets>& it) {
          for (const UnixSocket& socket : it.value().unix_names) {
            if (!socket.abstract())
              continue;
            const LeadingRow* row = leading_row(socket.name);
            found_.other_abstract += row ? 0 : 1;
            if (row)
              found_.found.push_back(
                  {How::abstract_name, socket.name, row, "", {}, escaped(socket.name, 200), false});
          }
          const SocketFile* file = it.value().file("unix");
          if (!file || !file->whole())
            left(file && file->cut
                     ? "abstract names behind the first of very many"
                     : "abstract names: not every line of the table of unix sockets could be read");
        },
        [&](const Gap& gap) { left("abstract names: " + gap.detail); });
  }

  Witness& witness_;
  Who who_;
  LeadingSockets found_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>> seen_; // device and inode
  std::optional<std::vector<PathSpot>> hosts_;
};

} // namespace

Severity LeadingSocket::severity() const {
  if (mode_refuses)
    return Severity::info;
  if (row)
    return row->severity;
  return how == How::descriptor ? Severity::low : Severity::medium;
}

std::string_view LeadingSocket::kind() const {
  return row ? row->kind : how == How::descriptor ? "process outside" : "socket";
}

std::string_view leading_how_name(LeadingSocket::How how) {
  constexpr std::array names{"path", "mount", "abstract_name", "descriptor"};
  return names.at(static_cast<std::size_t>(how));
}

LeadingSockets leading_sockets(Witness& witness) { return Search(witness).all(); }

} // namespace sbx
