// A world in which everything was seen and nothing forbids anything, for tests to take away from: thread 100
// of process 100 is uid 1000 of group 1000, in the initial namespaces, without capabilities, filters or
// domains.
#pragma once

#include "can/evaluate.h"
#include "can/file_kind.h"
#include "can/landlock_check.h"

#include <map>
#include <string>
#include <vector>

namespace sbx {

inline constexpr std::uint64_t initial_user = 0xeffffffd, initial_pid = 0xeffffffc, host_mnt = 0xeffffff8,
                               host_net = 0xeffffff9, box_user = 4026532500, box_pid = 4026532600;
inline constexpr std::uint64_t ext4 = 0xef53, tmpfs = 0x01021994, procfs = 0x9fa0, fuse = 0x65735546;

WalkStep step(std::uint64_t inode, unsigned mode, std::uint32_t uid = 0, std::uint32_t gid = 0);
WalkStep on_mount(WalkStep made, std::uint64_t mount);

inline const WalkStep root_dir = step(2, 040755), etc_dir = step(10, 040755),
                      home_dir = step(20, 040755, 1000, 1000), tmp_dir = step(30, 041777);

// /etc/NAME: two directories searched, both above.
PathWalk walk_to(const std::string& path, const WalkStep& directory, std::optional<WalkStep> file);
PathWalk walk_to_directory(const std::string& path, const WalkStep& directory);
Mount mount(std::uint64_t id, std::vector<std::string> options = {"rw"}, std::uint32_t minor = 1);
inline Property property(std::string key, std::string value) { return {std::move(key), std::move(value)}; }

TaskNs namespaces_of(std::int64_t tid);
ProcStatus status_of(std::uint32_t uid, std::uint64_t capabilities = 0);
Subject subject_of(std::int64_t tid);

inline std::uint64_t bit_of(unsigned capability) { return std::uint64_t{1} << capability; }

struct CanScene {
  World world;
  std::map<std::string, PathWalk> walks;

  CanScene();
  CanScene(const CanScene&) = delete;

  CanScene& add(const std::string& path, const WalkStep& directory, std::optional<WalkStep> file) {
    walks[path] = walk_to(path, directory, file);
    return *this;
  }
  ProcStatus& status() { return *world.subjects.front().task.status; }
  Subject& subject() { return world.subjects.front(); }
  CanScene& domain(LandlockDomain made) {
    subject().domain = std::make_shared<const LandlockDomain>(std::move(made));
    return *this;
  }
  CanScene& capable(unsigned capability) {
    status().cap_eff = status().cap_prm = *status().cap_eff | bit_of(capability);
    return *this;
  }
  // The thread lives in a user namespace of its own, which maps 1000 ids from 100000 on and owns its mounts.
  CanScene& boxed();

  Ruling ask(const std::string& deed, const std::string& object);
  Answer answer(const std::string& deed, const std::string& object) { return ask(deed, object).answer; }

  // What one layer said; "" where it was not asked.
  static std::string said(const Ruling& ruling, const std::string& layer);
  std::string said(const std::string& deed, const std::string& object, const std::string& layer) {
    return said(ask(deed, object), layer);
  }
  // The layer that forbids it, where the answer is no.
  std::string denied_by(const std::string& deed, const std::string& object);
};

LandlockLayer layer(std::uint64_t fs, std::uint64_t net = 0, std::uint64_t scoped = 0,
                    std::uint64_t hierarchy = 0);
// A rule of one layer about a file or directory of the walk; access as the kernel stores it.
LandlockRule rule_on(const WalkStep& where, std::uint64_t access, unsigned of_layer = 1);
LandlockRule rule_on_port(std::uint16_t port, std::uint64_t access, unsigned of_layer = 1);
LandlockDomain domain_of(std::vector<LandlockLayer> layers, std::vector<LandlockRule> rules = {});

} // namespace sbx
