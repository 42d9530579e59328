#include "can/scene.h"

namespace sbx {

WalkStep step(std::uint64_t inode, unsigned mode, std::uint32_t uid, std::uint32_t gid) {
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

WalkStep on_mount(WalkStep made, std::uint64_t mount) {
  made.mount = mount;
  return made;
}

PathWalk walk_to(const std::string& path, const WalkStep& directory, std::optional<WalkStep> file) {
  PathWalk walk;
  walk.path = path;
  walk.searched = {root_dir, directory};
  walk.above = {directory, root_dir};
  walk.file = file;
  if (!walk.file)
    walk.missing = path_parts(path).name;
  return walk;
}

PathWalk walk_to_directory(const std::string& path, const WalkStep& directory) {
  PathWalk walk;
  walk.path = path;
  walk.searched = {root_dir};
  walk.above = {root_dir};
  walk.file = directory;
  return walk;
}

Mount mount(std::uint64_t id, std::vector<std::string> options, std::uint32_t minor) {
  Mount made;
  made.id = id;
  made.major = 8, made.minor = minor;
  made.root = "/", made.point = "/";
  made.options = std::move(options);
  made.type = "ext4";
  made.super_options = {"rw"};
  return made;
}

TaskNs namespaces_of(std::int64_t tid) {
  TaskNs ns;
  ns.tid = tid;
  ns.inodes = {{"user", NsInode(initial_user)},
               {"pid", NsInode(initial_pid)},
               {"mnt", NsInode(host_mnt)},
               {"net", NsInode(host_net)}};
  return ns;
}

ProcStatus status_of(std::uint32_t uid, std::uint64_t capabilities) {
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

Subject subject_of(std::int64_t tid) {
  Subject subject;
  subject.tid = tid;
  subject.task.tid = tid;
  subject.task.status = status_of(1000);
  subject.domain = DomainPointer();
  subject.ns = namespaces_of(tid);
  return subject;
}

LandlockLayer layer(std::uint64_t fs, std::uint64_t net, std::uint64_t scoped, std::uint64_t hierarchy) {
  LandlockLayer made;
  made.fs = fs, made.net = net, made.scoped = scoped,
  made.hierarchy = hierarchy ? std::optional(hierarchy) : std::nullopt;
  return made;
}

LandlockRule rule_on(const WalkStep& where, std::uint64_t access, unsigned of_layer) {
  LandlockRule rule;
  rule.inode = LandlockInode{8, 1, where.inode, "ext4", where.mode, 1, std::nullopt, false};
  rule.grants = {{of_layer, access}};
  return rule;
}

LandlockRule rule_on_port(std::uint16_t port, std::uint64_t access, unsigned of_layer) {
  LandlockRule rule;
  rule.port = port;
  rule.grants = {{of_layer, access}};
  return rule;
}

LandlockDomain domain_of(std::vector<LandlockLayer> layers, std::vector<LandlockRule> rules) {
  LandlockDomain domain;
  domain.layers = std::move(layers);
  domain.rules = rules.size();
  domain.rule_list = std::move(rules);
  return domain;
}

CanScene::CanScene() {
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

CanScene& CanScene::boxed() {
  subject().ns->inodes["user"] = NsInode(box_user);
  world.uid_map = world.gid_map = std::vector<IdRange>{{0, 100000, 1000}};
  world.user_ns = std::vector<UserNs>{{box_user, 1000}, {initial_user, 0}};
  world.ns_owners = Properties{property(std::to_string(host_mnt), std::to_string(box_user)),
                               property(std::to_string(host_net), std::to_string(box_user))};
  return *this;
}

Ruling CanScene::ask(const std::string& deed, const std::string& object) {
  world.walk = [this](const std::string& path) -> Known<PathWalk> {
    const auto found = walks.find(path);
    if (found == walks.end())
      return not_known(GapKind::not_attempted, source::target_walks, "no walk to " + path);
    return found->second;
  };
  return evaluate(parse_question({deed, object}).value(), world);
}

std::string CanScene::said(const Ruling& ruling, const std::string& layer) {
  for (const Asked& it : ruling.asked)
    if (it.layer == layer)
      return std::string(answer_name(it.answer)) + ": " + it.detail;
  return "";
}

std::string CanScene::denied_by(const std::string& deed, const std::string& object) {
  const Ruling ruling = ask(deed, object);
  return ruling.answer == Answer::no ? ruling.decided_by.value_or("nobody")
                                     : "not denied: " + std::string(answer_name(ruling.answer));
}

} // namespace sbx
