#include "can/scene.h"

#include "can/ids.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("can permissions: everybody reads what everybody may read") {
  CanScene scene;
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  CHECK(scene.answer("list", "/etc") == Answer::yes);
}

TEST_CASE("can permissions: the mode bits refuse others, and the layer is named") {
  CanScene scene;
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
  CHECK(scene.denied_by("write", "/etc/passwd") == "permissions");
  CHECK(scene.denied_by("truncate", "/etc/passwd") == "permissions");
  CHECK(scene.denied_by("create", "/etc/new") == "permissions");
  CHECK(scene.denied_by("remove", "/etc/passwd") == "permissions");
}

TEST_CASE("can permissions: the owner's bits decide for the owner, though the others have more") {
  CanScene scene;
  scene.add("/home/note", home_dir, step(21, 0100077, 1000, 1000));
  CHECK(scene.denied_by("read", "/home/note") == "permissions");
  scene.add("/home/note", home_dir, step(21, 0100400, 1000, 5));
  CHECK(scene.answer("read", "/home/note") == Answer::yes);
  CHECK(scene.denied_by("write", "/home/note") == "permissions");
}

TEST_CASE("can permissions: it is the file system uid and gid that count") {
  CanScene scene;
  scene.status().uid = {0, 0, 0, 1000};
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
  scene.status().uid = {1000, 1000, 1000, 0};
  scene.add("/etc/key", etc_dir, step(13, 0100400, 0, 0));
  CHECK(scene.answer("read", "/etc/key") == Answer::yes);
  scene.status().gid = {1000, 1000, 1000, 42};
  scene.status().uid = {1000, 1000, 1000, 1000};
  CHECK(scene.answer("read", "/etc/shadow") == Answer::yes);
}

TEST_CASE("can permissions: supplementary groups count, and the group's bits decide for members") {
  CanScene scene;
  scene.status().groups = std::vector<std::uint32_t>{7, 42};
  CHECK(scene.answer("read", "/etc/shadow") == Answer::yes);
  scene.add("/etc/shadow", etc_dir, step(12, 0100604, 0, 42));
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
  scene.status().groups.reset();
  CHECK(scene.answer("read", "/etc/shadow") == Answer::unknown);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes); // group and others have the same bits
}

TEST_CASE("can permissions: every directory on the way must be searchable") {
  CanScene scene;
  scene.add("/etc/passwd", step(10, 040700), step(11, 0100644));
  CHECK(scene.denied_by("read", "/etc/passwd") == "permissions");
  CHECK(scene.said("read", "/etc/passwd", "permissions").find("may not search /etc:") != std::string::npos);
  scene.capable(cap_dac_read_search);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
}

TEST_CASE("can permissions: CAP_DAC_READ_SEARCH reads, lists and searches, and writes nothing") {
  CanScene scene;
  scene.capable(cap_dac_read_search);
  scene.walks["/home"] = walk_to_directory("/home", step(20, 040700));
  CHECK(scene.answer("read", "/etc/shadow") == Answer::yes);
  CHECK(scene.answer("list", "/home") == Answer::yes);
  CHECK(scene.denied_by("write", "/etc/shadow") == "permissions");
  CHECK(scene.denied_by("create", "/etc/new") == "permissions");
}

TEST_CASE("can permissions: CAP_DAC_OVERRIDE does all, but executes only what somebody may execute") {
  CanScene scene;
  scene.capable(cap_dac_override);
  CHECK(scene.answer("write", "/etc/shadow") == Answer::yes);
  CHECK(scene.answer("create", "/etc/new") == Answer::yes);
  CHECK(scene.answer("remove", "/etc/passwd") == Answer::yes);
  scene.add("/home/prog", home_dir, step(22, 0100700));
  scene.walks["/home/prog"].interpreter = "";
  CHECK(scene.answer("execute", "/home/prog") == Answer::yes);
  scene.add("/home/prog", home_dir, step(22, 0100666));
  scene.walks["/home/prog"].interpreter = "";
  CHECK(scene.denied_by("execute", "/home/prog") == "permissions");
}

TEST_CASE("can permissions: a capability counts only over ids that its user namespace has") {
  CanScene scene;
  scene.boxed().capable(cap_dac_override);
  scene.status().uid = {100000, 100000, 100000, 100000};
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions"); // owned by 0, which it does not map
  scene.add("/etc/shadow", etc_dir, step(12, 0100600, 100005, 100042));
  CHECK(scene.answer("read", "/etc/shadow") == Answer::yes);
  scene.add("/etc/shadow", etc_dir, step(12, 0100600, 100005, 101000)); // the first gid behind the map
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
  scene.add("/etc/shadow", etc_dir, step(12, 0100600, 99999, 100042));
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
}

TEST_CASE("can permissions: without the map, what a capability of a user namespace reaches is unknown") {
  CanScene scene;
  scene.boxed().capable(cap_dac_override);
  scene.world.uid_map = not_known(GapKind::denied, source::target_uid_map, "EACCES");
  scene.add("/etc/shadow", etc_dir, step(12, 0100600, 100005, 100042));
  CHECK(scene.answer("read", "/etc/shadow") == Answer::unknown);
}

TEST_CASE("can permissions: in the inspector's own user namespace an id that has a number is mapped") {
  CanScene scene;
  scene.boxed().capable(cap_dac_override);
  scene.world.inspector_user_ns = box_user;
  scene.world.uid_map = scene.world.gid_map =
      std::vector<IdRange>{{0, 100000, 1000}}; // numbered by its parent
  CHECK(scene.answer("read", "/etc/shadow") == Answer::yes);
}

TEST_CASE("can permissions: the overflow id may be anybody, below the initial user namespace") {
  CanScene scene;
  scene.add("/etc/x", etc_dir, step(14, 0100600, 65534, 65534));
  scene.status().uid = {65534, 65534, 65534, 65534};
  CHECK(scene.answer("read", "/etc/x") == Answer::yes); // nobody is a user here
  scene.world.inspector_user_ns = box_user;
  CHECK(scene.answer("read", "/etc/x") == Answer::unknown);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
}

TEST_CASE("can permissions: capabilities or ids that were not seen leave it unknown, never no") {
  CanScene scene;
  scene.status().cap_eff.reset();
  CHECK(scene.answer("read", "/etc/shadow") == Answer::unknown);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  CanScene other;
  other.status().uid.reset();
  CHECK(other.answer("read", "/etc/shadow") == Answer::unknown);
}

TEST_CASE("can permissions: an ACL is not evaluated, unless owner or capability decide anyway") {
  CanScene scene;
  WalkStep file = step(15, 0100640, 0, 0);
  file.acl = true;
  scene.add("/etc/acl", etc_dir, file);
  CHECK(scene.answer("read", "/etc/acl") == Answer::unknown);
  CHECK(scene.said("read", "/etc/acl", "permissions").find("ACL") != std::string::npos);
  file.mode = 0100600; // without group bits its mask is empty, and it grants nothing
  scene.add("/etc/acl", etc_dir, file);
  CHECK(scene.denied_by("read", "/etc/acl") == "permissions");
  file.mode = 0100640, file.uid = 1000;
  scene.add("/etc/acl", etc_dir, file);
  CHECK(scene.answer("read", "/etc/acl") == Answer::yes);
  file.uid = 0;
  scene.add("/etc/acl", etc_dir, file).capable(cap_dac_override);
  CHECK(scene.answer("read", "/etc/acl") == Answer::yes);
}

TEST_CASE(
    "can permissions: in a sticky directory one removes one's own, or as its owner, or with CAP_FOWNER") {
  CanScene scene;
  scene.add("/tmp/theirs", tmp_dir, step(31, 0100666, 7, 7))
      .add("/tmp/mine", tmp_dir, step(32, 0100600, 1000, 1000));
  CHECK(scene.answer("remove", "/tmp/mine") == Answer::yes);
  CHECK(scene.denied_by("remove", "/tmp/theirs") == "permissions");
  CHECK(scene.said("remove", "/tmp/theirs", "permissions").find("sticky") != std::string::npos);
  scene.capable(cap_fowner);
  CHECK(scene.answer("remove", "/tmp/theirs") == Answer::yes);
  CanScene owner;
  const WalkStep own_tmp = step(30, 041777, 1000, 1000);
  owner.walks["/tmp"] = walk_to_directory("/tmp", own_tmp);
  owner.add("/tmp/theirs", own_tmp, step(31, 0100666, 7, 7));
  CHECK(owner.answer("remove", "/tmp/theirs") == Answer::yes);
}

TEST_CASE("can permissions: CAP_FOWNER of a user namespace does not reach ids outside of it") {
  CanScene scene;
  scene.boxed().capable(cap_fowner);
  scene.add("/tmp/theirs", tmp_dir, step(31, 0100666, 7, 7));
  CHECK(scene.denied_by("remove", "/tmp/theirs") == "permissions");
  scene.add("/tmp/theirs", tmp_dir, step(31, 0100666, 100007, 100007));
  CHECK(scene.answer("remove", "/tmp/theirs") == Answer::yes);
}

TEST_CASE("can permissions: immutable files and append-only ones hold out against every capability") {
  CanScene scene;
  scene.capable(cap_dac_override).capable(cap_fowner);
  WalkStep file = step(16, 0100666, 1000, 1000);
  file.attributes = 0x10;
  scene.add("/etc/i", etc_dir, file);
  CHECK(scene.answer("read", "/etc/i") == Answer::yes);
  CHECK(scene.denied_by("write", "/etc/i") == "permissions");
  CHECK(scene.denied_by("truncate", "/etc/i") == "permissions");
  CHECK(scene.denied_by("remove", "/etc/i") == "permissions");
  file.attributes = 0x20;
  scene.add("/etc/i", etc_dir, file);
  CHECK(scene.answer("write", "/etc/i") == Answer::yes);
  CHECK(scene.said("write", "/etc/i", "permissions").find("at its end alone") != std::string::npos);
  CHECK(scene.denied_by("truncate", "/etc/i") == "permissions");
  CHECK(scene.denied_by("remove", "/etc/i") == "permissions");
}

TEST_CASE(
    "can permissions: an immutable directory takes and gives no entries, an append-only one only takes") {
  for (const std::uint64_t attributes : {0x10U, 0x20U}) {
    CanScene scene;
    scene.capable(cap_dac_override);
    WalkStep directory = etc_dir;
    directory.attributes = attributes;
    scene.walks["/etc"] = walk_to_directory("/etc", directory);
    scene.add("/etc/new", directory, std::nullopt).add("/etc/passwd", directory, step(11, 0100644));
    CHECK(scene.denied_by("remove", "/etc/passwd") == "permissions");
    CHECK(scene.answer("create", "/etc/new") == (attributes == 0x10 ? Answer::no : Answer::yes));
  }
}

TEST_CASE("can permissions: writing what does not exist takes the permission to make it") {
  CanScene scene;
  CHECK(scene.answer("write", "/home/new") == Answer::yes);
  CHECK(scene.answer("create", "/home/new") == Answer::yes);
  CHECK(scene.denied_by("write", "/etc/new") == "permissions");
}

TEST_CASE(
    "can permissions: ids without a number in the file system's user namespace may make nothing there") {
  CanScene scene; // a thread of the initial user namespace that entered a container's mounts
  scene.world.ns_owners = Properties{property(std::to_string(host_mnt), std::to_string(box_user))};
  CHECK(scene.answer("create", "/home/new") == Answer::unknown);
  CanScene own;
  own.boxed();
  CHECK(own.answer("create", "/home/new") == Answer::yes);
}

TEST_CASE("can permissions: links of others in sticky directories that all may write are not followed") {
  const auto with_link = [](CanScene& scene, std::uint32_t owner) {
    PathWalk walk = walk_to("/tmp/link", tmp_dir, step(11, 0100644));
    walk.links = {{step(33, 0120777, owner, owner), tmp_dir, "/etc/passwd"}};
    scene.walks["/tmp/link"] = walk;
  };
  CanScene scene;
  with_link(scene, 7);
  CHECK(scene.denied_by("read", "/tmp/link") == "permissions");
  with_link(scene, 1000); // its own
  CHECK(scene.answer("read", "/tmp/link") == Answer::yes);
  with_link(scene, 0); // the directory's owner's
  CHECK(scene.answer("read", "/tmp/link") == Answer::yes);
  with_link(scene, 7);
  scene.world.protected_symlinks = std::uint64_t{0};
  CHECK(scene.answer("read", "/tmp/link") == Answer::yes);
  scene.world.protected_symlinks = not_known(GapKind::denied, source::host_protected_symlinks, "EACCES");
  CHECK(scene.answer("read", "/tmp/link") == Answer::unknown);
}

TEST_CASE("can permissions: a link in the middle of a path is not protected so") {
  CanScene scene;
  PathWalk parent = walk_to_directory("/tmp/link", etc_dir);
  parent.links = {{step(33, 0120777, 7, 7), tmp_dir, "/etc"}};
  scene.walks["/tmp/link"] = parent;
  PathWalk walk = walk_to("/tmp/link/passwd", etc_dir, step(11, 0100644));
  walk.links = parent.links;
  scene.walks["/tmp/link/passwd"] = walk;
  CHECK(scene.answer("read", "/tmp/link/passwd") == Answer::yes);
}

TEST_CASE("can permissions: whoever has a number in a user namespace has one in those above, where mounts "
          "are made") {
  CanScene scene;
  scene.boxed();
  scene.status() = status_of(100000);
  scene.add("/tmp/new", tmp_dir, std::nullopt);
  const std::uint64_t above = 4026532700;
  scene.world.ns_owners->front().value = std::to_string(above); // its mounts are another's
  CHECK(scene.answer("create", "/tmp/new") == Answer::unknown);
  scene.world.user_ns = std::vector<UserNs>{{box_user, 0}, {above, 0}, {initial_user, 0}};
  CHECK(scene.answer("create", "/tmp/new") == Answer::yes);
  scene.status() = status_of(5); // without a number there
  CHECK(scene.answer("create", "/tmp/new") != Answer::yes);
}
