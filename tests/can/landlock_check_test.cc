#include "can/scene.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

constexpr std::uint64_t all_fs = 0x1ffff, reading = landlock_fs::read_file, writing = landlock_fs::write_file,
                        make = landlock_fs::make_reg, execute = landlock_fs::execute;
const WalkStep passwd = step(11, 0100644), note = step(21, 0100600, 1000, 1000), prog = step(22, 0100755);

} // namespace

TEST_CASE("can landlock: a right that a layer handles and no rule grants is refused") {
  CanScene scene;
  scene.domain(domain_of({layer(reading)}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
  CHECK(scene.said("read", "/etc/passwd", "landlock").find("handles read_file") != std::string::npos);
}

TEST_CASE("can landlock: a right that no layer handles needs no rule") {
  CanScene scene;
  scene.domain(domain_of({layer(writing | execute)}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  CHECK(scene.denied_by("write", "/home/note") == "landlock");
}

TEST_CASE("can landlock: a rule grants on the file, on its directory, and on the root") {
  for (const WalkStep& where : {passwd, etc_dir, root_dir}) {
    CanScene scene;
    scene.domain(domain_of({layer(reading)}, {rule_on(where, reading)}));
    CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  }
}

TEST_CASE("can landlock: a rule beside the path, or on another file system, grants nothing") {
  CanScene scene;
  scene.domain(domain_of({layer(reading)}, {rule_on(home_dir, reading)}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
  LandlockRule elsewhere = rule_on(etc_dir, reading);
  elsewhere.inode->minor = 2;
  scene.domain(domain_of({layer(reading)}, {elsewhere}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
  LandlockRule other_kind = rule_on(etc_dir, reading);
  other_kind.inode->mode = 0100644;
  scene.domain(domain_of({layer(reading)}, {other_kind}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
}

TEST_CASE("can landlock: what a layer does not handle is set in its rules too, and grants no other right") {
  CanScene scene;
  scene.domain(domain_of({layer(reading)}, {rule_on(root_dir, all_fs & ~reading)}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
}

TEST_CASE("can landlock: rights add up over the directories on the way up") {
  CanScene scene;
  scene.domain(domain_of({layer(reading | execute)}, {rule_on(prog, execute), rule_on(root_dir, reading)}));
  CHECK(scene.answer("execute", "/home/prog") == Answer::yes);
  scene.domain(domain_of({layer(reading | execute)}, {rule_on(prog, execute)}));
  CHECK(scene.denied_by("execute", "/home/prog") == "landlock"); // execve(2) asks to read, too
  scene.domain(domain_of({layer(reading | execute)}, {rule_on(prog, reading)}));
  CHECK(scene.denied_by("execute", "/home/prog") == "landlock");
}

TEST_CASE("can landlock: every layer must grant what it handles, each by rules of its own") {
  CanScene scene;
  const auto both = {layer(reading), layer(reading)};
  scene.domain(domain_of(both, {rule_on(etc_dir, reading, 1)}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
  CHECK(scene.said("read", "/etc/passwd", "landlock").find("layer 2 of 2") != std::string::npos);
  scene.domain(domain_of(both, {rule_on(etc_dir, reading, 1), rule_on(root_dir, reading, 2)}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  scene.domain(domain_of({layer(reading), layer(writing)}, {rule_on(etc_dir, reading, 1)}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes); // the second does not handle it
}

TEST_CASE("can landlock: layers that add a rule about the same inode share it") {
  CanScene scene;
  LandlockRule shared = rule_on(etc_dir, reading, 1);
  shared.grants.push_back({2, writing});
  scene.domain(domain_of({layer(reading), layer(reading)}, {shared}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
  shared.grants.back().access |= reading;
  scene.domain(domain_of({layer(reading), layer(reading)}, {shared}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
}

TEST_CASE("can landlock: over a mount, rules beneath it do not count and those above its point do") {
  CanScene scene;
  const WalkStep inside = on_mount(step(11, 0100644), 2), top = on_mount(step(2, 040755), 2);
  PathWalk walk = walk_to("/home/box/x", top, inside);
  walk.above = {top, home_dir, root_dir}; // the directory that the mount covers is not in it
  scene.walks["/home/box/x"] = walk;
  scene.world.mounts = std::vector<Mount>{mount(1), mount(2, {"rw"}, 2)};
  scene.domain(domain_of({layer(reading)}, {rule_on(step(50, 040755), reading)})); // of the covered directory
  CHECK(scene.denied_by("read", "/home/box/x") == "landlock");
  scene.domain(domain_of({layer(reading)}, {rule_on(home_dir, reading)}));
  CHECK(scene.answer("read", "/home/box/x") == Answer::yes);
  // The same numbers on the file system of the outer mount are other inodes.
  scene.domain(domain_of({layer(reading)}, {rule_on(step(11, 0100644), reading)}));
  CHECK(scene.denied_by("read", "/home/box/x") == "landlock");
  LandlockRule within = rule_on(inside, reading);
  within.inode->minor = 2;
  scene.domain(domain_of({layer(reading)}, {within}));
  CHECK(scene.answer("read", "/home/box/x") == Answer::yes);
}

TEST_CASE("can landlock: a bind mount shows the same inodes, and rules about them count there") {
  CanScene scene;
  PathWalk walk = walk_to("/home/bound/passwd", on_mount(etc_dir, 3), on_mount(passwd, 3));
  walk.above = {on_mount(etc_dir, 3), home_dir, root_dir};
  scene.walks["/home/bound/passwd"] = walk;
  scene.world.mounts = std::vector<Mount>{mount(1), mount(3)}; // the same superblock
  scene.domain(domain_of({layer(reading)}, {rule_on(etc_dir, reading)}));
  CHECK(scene.answer("read", "/home/bound/passwd") == Answer::yes);
}

TEST_CASE("can landlock: the device of the superblock counts, not the one that stat tells") {
  CanScene scene;
  WalkStep file = passwd;
  file.major = 0, file.minor = 77; // as btrfs tells of a subvolume
  scene.add("/etc/passwd", etc_dir, file).domain(domain_of({layer(reading)}, {rule_on(passwd, reading)}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
}

TEST_CASE("can landlock: where numbers repeat, a match is no proof; no match still is one") {
  for (const char* type : {"btrfs", "nfs4", "fuse.sshfs", "9p"}) {
    CanScene scene;
    scene.world.mounts->front().type = type;
    LandlockRule rule = rule_on(etc_dir, reading);
    rule.inode->file_system = type;
    scene.domain(domain_of({layer(reading)}, {rule}));
    CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
    rule.inode->inode = 999;
    scene.domain(domain_of({layer(reading)}, {rule}));
    CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
  }
}

TEST_CASE("can landlock: on an overlay directories are told by their number, files are not") {
  CanScene scene;
  scene.world.mounts->front().type = "overlay";
  LandlockRule directory = rule_on(etc_dir, reading), file = rule_on(passwd, reading);
  directory.inode->file_system = file.inode->file_system = "overlay";
  scene.domain(domain_of({layer(reading)}, {directory}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  scene.domain(domain_of({layer(reading)}, {file}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
}

TEST_CASE(
    "can landlock: above the root of the process its mountinfo shows nothing: a match is unknown there") {
  CanScene scene;
  PathWalk walk = walk_to("/etc/passwd", etc_dir, passwd);
  walk.above = {etc_dir, root_dir, on_mount(step(60, 040755), 9)};
  scene.walks["/etc/passwd"] = walk;
  scene.domain(domain_of({layer(reading)}, {rule_on(step(60, 040755), reading)}));
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  scene.domain(domain_of({layer(reading)}, {rule_on(step(61, 040755), reading)}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
}

TEST_CASE("can landlock: rules whose file system was unmounted, or about ports, are about no file") {
  CanScene scene;
  LandlockRule gone;
  gone.grants = {{1, all_fs}};
  scene.domain(domain_of({layer(reading)}, {gone, rule_on_port(11, all_fs)}));
  CHECK(scene.denied_by("read", "/etc/passwd") == "landlock");
}

TEST_CASE("can landlock: a domain or rules that were not seen are unknown, where a layer handles the right") {
  CanScene scene;
  scene.subject().domain = not_known(GapKind::denied, source::target_landlock, "EPERM");
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  LandlockDomain unread = domain_of({layer(reading)});
  unread.rules_gap = ENOBUFS;
  scene.domain(unread);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.said("read", "/etc/passwd", "landlock").find("ENOBUFS") != std::string::npos);
  LandlockDomain partly = domain_of({layer(reading)});
  partly.rules = 3;
  scene.domain(partly);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.answer("list", "/etc") == Answer::yes); // read_dir is handled by nobody
}

TEST_CASE("can landlock: each deed asks for its own right") {
  const struct {
    const char *deed, *path;
    std::uint64_t right;
    WalkStep where;
  } cases[] = {{"read", "/etc/passwd", reading, passwd},
               {"write", "/home/note", writing, note},
               {"list", "/etc", landlock_fs::read_dir, etc_dir},
               {"create", "/home/new", make, home_dir},
               {"remove", "/home/note", landlock_fs::remove_file, home_dir},
               {"truncate", "/home/note", landlock_fs::truncate, note}};
  for (const auto& it : cases) {
    CanScene scene;
    scene.domain(domain_of({layer(all_fs)}, {rule_on(it.where, it.right)}));
    CHECK(scene.answer(it.deed, it.path) == Answer::yes);
    scene.domain(domain_of({layer(all_fs)}, {rule_on(it.where, all_fs & ~it.right)}));
    CHECK(scene.denied_by(it.deed, it.path) == "landlock");
  }
}

TEST_CASE("can landlock: a new file is made and then written, by rules on its directory and above") {
  CanScene scene;
  scene.domain(domain_of({layer(make | writing)}, {rule_on(home_dir, make)}));
  CHECK(scene.denied_by("write", "/home/new") == "landlock");
  CHECK(scene.answer("create", "/home/new") == Answer::yes);
  scene.domain(domain_of({layer(make | writing)}, {rule_on(home_dir, writing)}));
  CHECK(scene.denied_by("write", "/home/new") == "landlock");
  scene.domain(domain_of({layer(make | writing)}, {rule_on(home_dir, make), rule_on(root_dir, writing)}));
  CHECK(scene.answer("write", "/home/new") == Answer::yes);
}

TEST_CASE("can landlock: what removes an entry is granted on its directory, not on the entry") {
  CanScene scene;
  scene.domain(domain_of({layer(landlock_fs::remove_file)}, {rule_on(note, all_fs)}));
  CHECK(scene.denied_by("remove", "/home/note") == "landlock");
}

TEST_CASE("can landlock: a directory is removed by remove_dir, a file by remove_file") {
  CanScene scene;
  scene.add("/home/sub", home_dir, step(23, 040755, 1000, 1000));
  scene.domain(domain_of({layer(landlock_fs::remove_file | landlock_fs::remove_dir)},
                         {rule_on(home_dir, landlock_fs::remove_dir)}));
  CHECK(scene.answer("remove", "/home/sub") == Answer::yes);
  CHECK(scene.denied_by("remove", "/home/note") == "landlock");
}

TEST_CASE("can landlock: ports are granted by number, right and layer") {
  CanScene scene;
  const std::uint64_t both = landlock_net::bind_tcp | landlock_net::connect_tcp;
  scene.domain(domain_of({layer(0, both)}, {rule_on_port(443, landlock_net::connect_tcp)}));
  CHECK(scene.answer("connect", "tcp:443") == Answer::yes);
  CHECK(scene.denied_by("connect", "tcp:80") == "landlock");
  CHECK(scene.denied_by("bind", "tcp:8443") == "landlock");
  CHECK(scene.answer("connect", "udp:53") == Answer::yes); // not handled
  scene.domain(domain_of({layer(0, both), layer(0, both)}, {rule_on_port(443, both, 1)}));
  CHECK(scene.denied_by("connect", "tcp:443") == "landlock");
}

TEST_CASE("can landlock: file rules grant no port, though their numbers are alike") {
  CanScene scene;
  scene.domain(domain_of({layer(0, landlock_net::connect_tcp)}, {rule_on(step(443, 040755), 0x3)}));
  CHECK(scene.denied_by("connect", "tcp:443") == "landlock");
}

TEST_CASE("can landlock: a UDP socket that is not bound yet is bound to port 0 when it connects") {
  CanScene scene;
  const std::uint64_t both = landlock_net::bind_udp | landlock_net::connect_send_udp;
  scene.domain(domain_of({layer(0, both)}, {rule_on_port(53, landlock_net::connect_send_udp)}));
  CHECK(scene.answer("connect", "udp:53") == Answer::unknown);
  CHECK(scene.denied_by("connect", "udp:54") == "landlock");
  CHECK(scene.denied_by("bind", "udp:5353") == "landlock");
  scene.domain(domain_of({layer(0, both)}, {rule_on_port(53, landlock_net::connect_send_udp),
                                            rule_on_port(0, landlock_net::bind_udp)}));
  CHECK(scene.answer("connect", "udp:53") == Answer::yes);
}

TEST_CASE("can landlock: the socket of a server inside of the domain is reached without a rule: never no") {
  CanScene scene;
  scene.add("/home/sock", home_dir, step(24, 0140777));
  scene.domain(domain_of({layer(landlock_fs::resolve_unix)}));
  CHECK(scene.answer("connect", "unix:/home/sock") == Answer::unknown);
  scene.domain(domain_of({layer(landlock_fs::resolve_unix)}, {rule_on(home_dir, landlock_fs::resolve_unix)}));
  CHECK(scene.answer("connect", "unix:/home/sock") == Answer::yes);
  scene.domain(domain_of({layer(reading)}));
  CHECK(scene.answer("connect", "unix:/home/sock") == Answer::yes);
}

TEST_CASE("can landlock: who listens at an abstract name is not seen, so a scope leaves it unknown") {
  CanScene scene;
  CHECK(scene.answer("connect", "unix:@bus") == Answer::yes);
  scene.domain(domain_of({layer(0, 0, landlock_scope::abstract_unix_socket)}));
  CHECK(scene.answer("connect", "unix:@bus") == Answer::unknown);
  scene.domain(domain_of({layer(0, 0, landlock_scope::signal)}));
  CHECK(scene.answer("connect", "unix:@bus") == Answer::yes);
}
