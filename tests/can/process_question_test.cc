#include "can/scene.h"

#include "can/ids.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

constexpr std::uint64_t scope = landlock_scope::signal;

// Process 200 beside it, the same user's, in the same namespaces, in no domain.
struct PairScene : CanScene {
  PairScene() {
    Peer peer;
    peer.pid = 200;
    peer.status = status_of(1000);
    peer.ns = namespaces_of(200);
    peer.user_ns = std::vector<UserNs>{{initial_user, 0}};
    peer.domain = DomainPointer();
    peer.has_program = true;
    world.peer = peer;
  }
  Peer& peer() { return *world.peer; }
  PairScene& peer_domain(std::vector<LandlockLayer> layers) {
    peer().domain = std::make_shared<const LandlockDomain>(domain_of(std::move(layers)));
    return *this;
  }
  PairScene& own_domain(std::vector<LandlockLayer> layers) {
    domain(domain_of(std::move(layers)));
    return *this;
  }
  // Lets the ordinary permissions say yes, so that another layer decides.
  PairScene& privileged() {
    capable(cap_sys_ptrace);
    return *this;
  }
  std::string ptrace() { return denied_by("ptrace", "200"); }
  std::string signal() { return denied_by("signal", "200"); }
  Answer may_ptrace() { return answer("ptrace", "200"); }
  Answer may_signal() { return answer("signal", "200"); }
};

LandlockLayer numbered(std::uint64_t hierarchy, std::uint64_t scoped = 0) {
  return layer(0, 0, scoped, hierarchy);
}

} // namespace

TEST_CASE("can ptrace: the same ids suffice if the other is dumpable, which is not seen") {
  PairScene scene;
  CHECK(scene.may_ptrace() == Answer::unknown);
  CHECK(scene.said("ptrace", "200", "permissions").find("dumpable") != std::string::npos);
}

TEST_CASE("can ptrace: CAP_SYS_PTRACE in the initial user namespace suffices") {
  PairScene scene;
  scene.privileged();
  scene.peer().status->uid = {0, 0, 0, 0};
  CHECK(scene.may_ptrace() == Answer::yes);
}

TEST_CASE("can ptrace: real, effective and saved ids of the other must all be its real ones") {
  for (const std::size_t which : {0U, 1U, 2U}) {
    PairScene scene;
    (*scene.peer().status->uid)[which] = 7;
    CHECK(scene.ptrace() == "permissions");
    PairScene groups;
    (*groups.peer().status->gid)[which] = 7;
    CHECK(groups.ptrace() == "permissions");
  }
  PairScene file_system;
  (*file_system.peer().status->uid)[3] = 7;
  CHECK(file_system.may_ptrace() == Answer::unknown);
  PairScene own;
  own.status().uid = {7, 1000, 1000, 1000}; // effective alone does not count
  CHECK(own.ptrace() == "permissions");
}

TEST_CASE("can ptrace: who holds capabilities that it lacks is not attached to") {
  PairScene scene;
  scene.peer().status->cap_prm = bit_of(cap_kill);
  CHECK(scene.ptrace() == "permissions");
  scene.status().cap_prm = bit_of(cap_kill);
  CHECK(scene.may_ptrace() == Answer::unknown);
  scene.peer().status->cap_prm.reset();
  CHECK(scene.may_ptrace() == Answer::unknown);
}

TEST_CASE("can ptrace: into another user namespace only with the capability there") {
  PairScene scene;
  scene.peer().ns->inodes["user"] = NsInode(box_user);
  scene.peer().user_ns = std::vector<UserNs>{{box_user, 7}, {initial_user, 0}};
  CHECK(scene.ptrace() == "permissions");
  // Its maker, from the user namespace above, has every capability in it.
  scene.peer().user_ns = std::vector<UserNs>{{box_user, 1000}, {initial_user, 0}};
  CHECK(scene.may_ptrace() == Answer::unknown); // whether it is dumpable is still not seen
}

TEST_CASE("can ptrace: a capability of a user namespace below does not reach up, nor to the side") {
  PairScene scene;
  scene.boxed().capable(cap_sys_ptrace);
  scene.peer().status->uid = {0, 0, 0, 0};
  CHECK(scene.ptrace() == "permissions");
  scene.peer().ns->inodes["user"] = NsInode(box_user + 1);
  scene.peer().user_ns = std::vector<UserNs>{{box_user + 1, 1000}, {initial_user, 0}};
  CHECK(scene.ptrace() == "permissions");
  scene.peer().user_ns = std::vector<UserNs>{{box_user + 1, 1000}}; // the view ends: it may be below
  CHECK(scene.may_ptrace() == Answer::unknown);
  scene.peer().user_ns = not_known(GapKind::denied, source::peer_user_ns, "EPERM");
  CHECK(scene.may_ptrace() == Answer::unknown);
}

TEST_CASE("can ptrace: itself, the dead, kernel threads and those that are traced are not attached to") {
  PairScene scene;
  scene.privileged();
  scene.peer().status->tracer_pid = 7;
  CHECK(scene.ptrace() == "process");
  scene.peer().status->tracer_pid = 0;
  scene.peer().status->state = 'Z';
  CHECK(scene.ptrace() == "process");
  scene.peer().status->state = 'S';
  scene.peer().status->kthread = true;
  CHECK(scene.ptrace() == "process");
  scene.peer().status->kthread.reset(); // before 6.11
  CHECK(scene.may_ptrace() == Answer::yes);
  scene.peer().has_program = false;
  CHECK(scene.may_ptrace() == Answer::unknown);
  scene.peer().status = not_known(GapKind::denied, source::peer_tasks_status, "EACCES");
  CHECK(scene.may_ptrace() == Answer::unknown);
  PairScene self;
  self.privileged().peer().pid = 100;
  CHECK(self.denied_by("ptrace", "100") == "process");
}

TEST_CASE("can ptrace: Yama asks by its scope") {
  const auto with = [](std::optional<std::uint64_t> value, bool capable, std::int64_t parent) {
    PairScene scene;
    if (capable)
      scene.privileged();
    scene.world.active_lsms = std::vector<std::string>{"yama"};
    scene.world.ptrace_scope = not_known(GapKind::unsupported, source::host_ptrace_scope, "ENOENT");
    if (value)
      scene.world.ptrace_scope = *value;
    scene.peer().status->ppid = parent;
    const std::string said = scene.said("ptrace", "200", "yama");
    return said.substr(0, said.find(':'));
  };
  CHECK(with(0, false, 1) == "yes");
  CHECK(with(1, false, 1) == "unknown"); // it may have asked for it by prctl(2)
  CHECK(with(1, false, 100) == "yes");   // its child
  CHECK(with(1, true, 1) == "yes");
  CHECK(with(2, false, 100) == "no");
  CHECK(with(2, true, 1) == "yes");
  CHECK(with(3, true, 100) == "no");
  CHECK(with(4, true, 100) == "unknown");
  CHECK(with(std::nullopt, true, 1) == "unknown");
}

TEST_CASE("can ptrace: Yama that is not active asks nothing, whatever its file says") {
  PairScene scene;
  scene.world.ptrace_scope = std::uint64_t{3};
  CHECK(scene.privileged().may_ptrace() == Answer::yes);
  scene.world.active_lsms = not_known(GapKind::denied, source::host_lsm, "EACCES");
  CHECK(scene.ptrace() == "yama");
}

TEST_CASE("can ptrace: the other must live in its own Landlock domain or in one below") {
  PairScene scene;
  scene.privileged();
  CHECK(scene.peer_domain({numbered(5)}).may_ptrace() == Answer::yes); // itself in none
  scene.own_domain({numbered(5), numbered(6)});
  CHECK(scene.peer_domain({numbered(5), numbered(6)}).may_ptrace() == Answer::yes);
  CHECK(scene.peer_domain({numbered(5), numbered(6), numbered(7)}).may_ptrace() == Answer::yes);
  CHECK(scene.peer_domain({numbered(5)}).ptrace() == "landlock");              // above
  CHECK(scene.peer_domain({numbered(5), numbered(8)}).ptrace() == "landlock"); // beside
  scene.peer().domain = DomainPointer();
  CHECK(scene.ptrace() == "landlock");
}

TEST_CASE("can ptrace: domains whose layers cannot be compared are unknown") {
  PairScene scene;
  scene.privileged();
  scene.own_domain({numbered(0)});
  CHECK(scene.peer_domain({numbered(0)}).may_ptrace() == Answer::unknown);
  scene.own_domain({numbered(5)});
  scene.peer().domain = not_known(GapKind::denied, source::peer_landlock, "EPERM");
  CHECK(scene.may_ptrace() == Answer::unknown);
}

TEST_CASE("can ptrace: a security module that labels either of them is asked") {
  PairScene scene;
  scene.privileged();
  scene.world.active_lsms = std::vector<std::string>{"apparmor"};
  scene.subject().label = {apparmor_label("unconfined"), "apparmor", {}};
  CHECK(scene.may_ptrace() == Answer::unknown); // the other's was not seen
  scene.peer().label = {apparmor_label("docker-default (enforce)"), "apparmor", {}};
  CHECK(scene.may_ptrace() == Answer::unknown);
  scene.peer().label = {apparmor_label("unconfined"), "apparmor", {}};
  CHECK(scene.may_ptrace() == Answer::yes);
  scene.world.active_lsms = std::vector<std::string>{"selinux"};
  const auto free = selinux_label("u:r:unconfined_t:s0", true);
  scene.subject().label = scene.peer().label = {free, "selinux", {}};
  CHECK(scene.may_ptrace() == Answer::unknown); // its policy speaks of both types
}

TEST_CASE("can: another process must have a number in its PID namespace") {
  PairScene scene;
  scene.privileged();
  scene.subject().ns->inodes["pid"] = NsInode(box_pid);
  CHECK(scene.ptrace() == "namespaces");
  CHECK(scene.signal() == "namespaces");
  scene.peer().ns->inodes["pid"] = NsInode(box_pid);
  CHECK(scene.may_ptrace() == Answer::yes);
  scene.peer().ns->inodes["pid"] = NsInode(box_pid + 1); // below it, or not
  CHECK(scene.may_ptrace() == Answer::unknown);
  CHECK(scene.may_signal() == Answer::unknown);
  scene.peer().ns = not_known(GapKind::denied, source::peer_tasks_ns, "EACCES");
  CHECK(scene.may_signal() == Answer::unknown);
}

TEST_CASE("can signal: real or effective uid against the other's real or saved one") {
  const auto with = [](std::array<std::uint32_t, 4> own, std::array<std::uint32_t, 4> other) {
    PairScene scene;
    scene.status().uid = own;
    scene.peer().status->uid = other;
    return scene.may_signal();
  };
  CHECK(with({1, 2, 3, 4}, {1, 9, 9, 9}) == Answer::yes);
  CHECK(with({1, 2, 3, 4}, {2, 9, 9, 9}) == Answer::yes);
  CHECK(with({1, 2, 3, 4}, {9, 9, 1, 9}) == Answer::yes);
  CHECK(with({1, 2, 3, 4}, {9, 9, 2, 9}) == Answer::yes);
  CHECK(with({1, 2, 3, 4}, {9, 1, 9, 1}) == Answer::no); // the other's effective one does not count
  CHECK(with({1, 2, 3, 4}, {3, 9, 3, 9}) == Answer::no);
}

TEST_CASE("can signal: CAP_KILL over the other's user namespace, and no other capability") {
  PairScene scene;
  scene.peer().status->uid = {0, 0, 0, 0};
  CHECK(scene.privileged().signal() == "permissions");
  scene.capable(cap_kill);
  CHECK(scene.may_signal() == Answer::yes);
  PairScene boxed;
  boxed.boxed().capable(cap_kill);
  boxed.peer().status->uid = {0, 0, 0, 0};
  CHECK(boxed.signal() == "permissions");
}

TEST_CASE("can signal: an id that has no number here may be another's") {
  PairScene scene;
  scene.status().uid = scene.peer().status->uid = std::array<std::uint32_t, 4>{65534, 65534, 65534, 65534};
  CHECK(scene.may_signal() == Answer::yes);
  scene.world.inspector_user_ns = box_user;
  CHECK(scene.may_signal() == Answer::unknown);
}

TEST_CASE("can signal: the newest layer that scopes signals decides") {
  PairScene scene;
  scene.own_domain({numbered(5, scope), numbered(6)});
  CHECK(scene.signal() == "landlock"); // the other is in no domain
  CHECK(scene.peer_domain({numbered(5)}).may_signal() == Answer::yes);
  CHECK(scene.peer_domain({numbered(5), numbered(9)}).may_signal() == Answer::yes);
  CHECK(scene.peer_domain({numbered(9)}).signal() == "landlock");
  scene.own_domain({numbered(5), numbered(6, scope)});
  CHECK(scene.peer_domain({numbered(5)}).signal() == "landlock");
  CHECK(scene.peer_domain({numbered(5), numbered(6)}).may_signal() == Answer::yes);
  CHECK(scene.peer_domain({numbered(5), numbered(6), numbered(7)}).may_signal() == Answer::yes);
  CHECK(scene.peer_domain({numbered(5), numbered(8)}).signal() == "landlock");
}

TEST_CASE("can signal: a domain that scopes nothing, or scopes sockets alone, stops no signal") {
  PairScene scene;
  scene.own_domain({numbered(5, landlock_scope::abstract_unix_socket)});
  CHECK(scene.may_signal() == Answer::yes);
  scene.own_domain({numbered(0, scope)});
  CHECK(scene.peer_domain({numbered(0)}).may_signal() == Answer::unknown);
}

TEST_CASE("can signal: a process signals itself") {
  PairScene scene;
  scene.peer().pid = 100;
  scene.peer().status->uid = {0, 0, 0, 0};
  CHECK(scene.answer("signal", "100") == Answer::yes);
  scene.own_domain({numbered(5, scope)});
  CHECK(scene.answer("signal", "100") ==
        Answer::unknown); // before erratum 2 was fixed its threads were strangers
}

TEST_CASE("can: without the other process nothing is known") {
  CanScene scene;
  CHECK(scene.answer("ptrace", "200") == Answer::unknown);
  CHECK(scene.answer("signal", "200") == Answer::unknown);
}
