// Which threads live in which network namespace, as whom, and what may they do to it?
#pragma once

#include "core/answer.h"
#include "network/egress.h"
#include "probes/witness.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace sbx {

class NetworkThreads {
public:
  explicit NetworkThreads(Witness& witness);

  // Of every thread that runs code it was seen in which network namespace it lives; or there is only one.
  bool all_seen() const { return all_seen_; }
  std::vector<std::uint64_t> namespaces() const; // inodes

  std::vector<const Task*> living_in(std::uint64_t netns) const;

  // Has any of these threads the capability over that network namespace? Yes beats what was not seen. One
  // that is permitted is a call away from being effective, and counts.
  Answer capable(const std::vector<const Task*>& tasks, unsigned capability, std::uint64_t netns) const;
  Answer any_holds(const std::vector<const Task*>& tasks,
                   unsigned capability) const; // in its own user namespace

  // Every user that one of them is, or may become without a capability; none where one was not seen.
  std::vector<SendingUser> users(const std::vector<const Task*>& tasks, std::uint64_t netns) const;

private:
  std::optional<std::uint64_t> inode_of(const Task& task, const char* kind) const;
  std::optional<std::uint64_t> owner(std::uint64_t netns) const;
  SendingUser numbered(std::uint32_t uid, std::uint32_t gid, std::uint64_t netns, bool more) const;

  bool all_seen_ = false;
  std::optional<std::vector<UserNs>> chain_;
  std::optional<Properties> owners_;
  std::optional<std::vector<IdRange>> uids_, gids_;
  std::vector<Task> tasks_; // that run code
  std::map<std::int64_t, TaskNs> links_;
};

} // namespace sbx
