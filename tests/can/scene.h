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

inline WalkStep step(std::uint64_t inode, unsigned mode, std::uint32_t uid = 0, std::uint32_t gid = 0) {
  WalkStep made;
  made.mount = 1;
  made.major = 8, made.minor = 1;
  made.inode = inode;
  made.mode = mode;
  made.uid = uid, made.gid = gid;
  made.nlink = 1;
  made.magic = ext4;
  return made;
}

inline WalkStep on_mount(WalkStep made, std::uint64_t mount) {
  made.mount = mount;
  return made;
}

inline const WalkStep root_dir = step(2, 040755), etc_dir = step(10, 040755),
                      home_dir = step(20, 040755, 1000, 1000), tmp_dir = step(30, 041777);

// /etc/NAME: two directories searched, both above.
inline PathWalk walk_to(const std::string& path, const WalkStep& directory, std::optional<WalkStep> file) {
  PathWalk walk;
  walk.path = path;
  walk.searched = {root_dir, directory};
  walk.above = {directory, root_dir};
  walk.file = std::move(file);
  if (!walk.file)
    walk.missing = path_parts(path).name;
  return walk;
}

inline PathWalk walk_to_directory(const std::string& path, const WalkStep& directory) {
  PathWalk walk;
  walk.path = path;
  walk.searched = {root_dir};
  walk.above = {root_dir};
  walk.file = directory;
  return walk;
}

inline Mount mount(std::uint64_t id, std::vector<std::string> options = {"rw"}, std::uint32_t minor = 1) {
  Mount made;
  made.id = id;
  made.major = 8, made.minor = minor;
  made.root = "/", made.point = "/";
  made.options = std::move(options);
  made.type = "ext4";
  made.super_options = {"rw"};
  return made;
}

inline Property property(std::string key, std::string value) { return {std::move(key), std::move(value)}; }

inline TaskNs namespaces_of(std::int64_t tid) {
  TaskNs ns;
  ns.tid = tid;
  ns.inodes = {{"user", NsInode(initial_user)},
               {"pid", NsInode(initial_pid)},
               {"mnt", NsInode(host_mnt)},
               {"net", NsInode(host_net)}};
  return ns;
}

inline ProcStatus status_of(std::uint32_t uid, std::uint64_t capabilities = 0) {
  ProcStatus status;
  status.state = 'S';
  status.uid = {uid, uid, uid, uid};
  status.gid = {uid, uid, uid, uid};
  status.groups = std::vector<std::uint32_t>{};
  status.cap_eff = status.cap_prm = capabilities;
  status.seccomp = 0;
  status.kthread = false;
  status.tracer_pid = 0;
  status.ppid = 1;
  return status;
}

inline Subject subject_of(std::int64_t tid) {
  Subject subject;
  subject.tid = tid;
  subject.task.tid = tid;
  subject.task.status = status_of(1000);
  subject.domain = DomainPointer();
  subject.ns = namespaces_of(tid);
  return subject;
}

inline std::uint64_t bit_of(unsigned capability) { return std::uint64_t{1} << capability; }

struct Scene {
  World world;
  std::map<std::string, PathWalk> walks;

  Scene() {
    world.pid = 100;
    world.subjects = {subject_of(100)};
    world.complete = true;
    world.inspector_user_ns = initial_user;
    world.main_ns = namespaces_of(100);
    world.uid_map = world.gid_map = std::vector<IdRange>{{0, 0, 4294967295U}};
    world.user_ns = std::vector<UserNs>{{initial_user, 0}};
    world.ns_owners = Properties{property(std::to_string(host_mnt), std::to_string(initial_user)),
                                 property(std::to_string(host_net), std::to_string(initial_user))};
    world.mounts = std::vector<Mount>{mount(1)};
    world.active_lsms = std::vector<std::string>{"capability", "landlock"};
    world.kernel_command_line = std::string("quiet");
    world.bpf_programs = Properties{property("lsm", "0"), property("cgroup_device", "0"),
                                    property("cgroup_sock", "0"), property("cgroup_sock_addr", "0")};
    world.cgroup = std::string("0::/box");
    world.protected_symlinks = std::uint64_t{1};
    world.ptrace_scope = std::uint64_t{0};
    world.seccomp = [](const Task& task, const Syscalls&) -> SeccompReach {
      return task.status && task.status->seccomp == 0U ? SeccompReach{Answer::yes, "no filter"}
                                                       : SeccompReach{Answer::unknown, "not evaluated"};
    };
    walks["/"] = {};
    walks["/"].path = "/";
    walks["/"].file = root_dir;
    walks["/etc"] = walk_to_directory("/etc", etc_dir);
    walks["/home"] = walk_to_directory("/home", home_dir);
    walks["/tmp"] = walk_to_directory("/tmp", tmp_dir);
    add("/etc/passwd", etc_dir, step(11, 0100644));
    add("/etc/shadow", etc_dir, step(12, 0100640, 0, 42));
    add("/etc/new", etc_dir, std::nullopt);
    add("/home/note", home_dir, step(21, 0100600, 1000, 1000));
    add("/home/new", home_dir, std::nullopt);
    add("/home/prog", home_dir, step(22, 0100755));
    walks["/home/prog"].interpreter = "";
  }
  Scene(const Scene&) = delete;

  Scene& add(const std::string& path, const WalkStep& directory, std::optional<WalkStep> file) {
    walks[path] = walk_to(path, directory, std::move(file));
    return *this;
  }
  ProcStatus& status() { return *world.subjects.front().task.status; }
  Subject& subject() { return world.subjects.front(); }
  Scene& domain(LandlockDomain made) {
    subject().domain = std::make_shared<const LandlockDomain>(std::move(made));
    return *this;
  }
  Scene& capable(unsigned capability) {
    status().cap_eff = status().cap_prm = *status().cap_eff | bit_of(capability);
    return *this;
  }
  // The thread lives in a user namespace of its own, which maps 1000 ids from 100000 on and owns its mounts.
  Scene& boxed() {
    subject().ns->inodes["user"] = NsInode(box_user);
    world.uid_map = world.gid_map = std::vector<IdRange>{{0, 100000, 1000}};
    world.user_ns = std::vector<UserNs>{{box_user, 1000}, {initial_user, 0}};
    world.ns_owners = Properties{property(std::to_string(host_mnt), std::to_string(box_user)),
                                 property(std::to_string(host_net), std::to_string(box_user))};
    return *this;
  }

  Ruling ask(const std::string& deed, const std::string& object) {
    world.walk = [this](const std::string& path) -> Known<PathWalk> {
      const auto found = walks.find(path);
      if (found == walks.end())
        return not_known(GapKind::not_attempted, source::target_walks, "no walk to " + path);
      return found->second;
    };
    return evaluate(parse_question({deed, object}).value(), world);
  }
  Answer answer(const std::string& deed, const std::string& object) { return ask(deed, object).answer; }

  // What one layer said; "" where it was not asked.
  static std::string said(const Ruling& ruling, const std::string& layer) {
    for (const Asked& it : ruling.asked)
      if (it.layer == layer)
        return std::string(answer_name(it.answer)) + ": " + it.detail;
    return "";
  }
  std::string said(const std::string& deed, const std::string& object, const std::string& layer) {
    return said(ask(deed, object), layer);
  }
  // The layer that forbids it, where the answer is no.
  std::string denied_by(const std::string& deed, const std::string& object) {
    const Ruling ruling = ask(deed, object);
    return ruling.answer == Answer::no ? ruling.decided_by.value_or("nobody")
                                       : "not denied: " + std::string(answer_name(ruling.answer));
  }
};

inline LandlockLayer layer(std::uint64_t fs, std::uint64_t net = 0, std::uint64_t scoped = 0,
                           std::uint64_t hierarchy = 0) {
  LandlockLayer made;
  made.fs = fs, made.net = net, made.scoped = scoped, made.hierarchy = hierarchy;
  return made;
}

// A rule of one layer about a file or directory of the walk; access as the kernel stores it.
inline LandlockRule rule_on(const WalkStep& where, std::uint64_t access, unsigned of_layer = 1) {
  LandlockRule rule;
  rule.inode = LandlockInode{8, 1, where.inode, "ext4", where.mode, 1, std::nullopt, false};
  rule.grants = {{of_layer, access}};
  return rule;
}

inline LandlockRule rule_on_port(std::uint16_t port, std::uint64_t access, unsigned of_layer = 1) {
  LandlockRule rule;
  rule.port = port;
  rule.grants = {{of_layer, access}};
  return rule;
}

inline LandlockDomain domain_of(std::vector<LandlockLayer> layers, std::vector<LandlockRule> rules = {}) {
  LandlockDomain domain;
  domain.layers = std::move(layers);
  domain.rules = rules.size();
  domain.rule_list = std::move(rules);
  return domain;
}

} // namespace sbx
