#include "can/scene.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

TEST_CASE("can: a yes lists every layer that was asked, in the order of the kernel") {
  CanScene scene;
  const Ruling ruling = scene.ask("read", "/etc/passwd");
  CHECK(ruling.answer == Answer::yes);
  CHECK_FALSE(ruling.decided_by);
  CHECK(ruling.question == "read /etc/passwd");
  std::vector<std::string> layers;
  for (const Asked& it : ruling.asked) {
    layers.push_back(it.layer);
    CHECK(it.answer == Answer::yes);
    CHECK_FALSE(it.detail.empty());
  }
  CHECK(layers ==
        std::vector<std::string>{"seccomp", "path", "mount", "permissions", "landlock", "lsm", "bpf"});
}

TEST_CASE("can: what does not exist can be made, and nothing else") {
  CanScene scene;
  for (const char* deed : {"read", "execute", "list", "remove", "truncate"})
    CHECK(scene.denied_by(deed, "/home/new") == "path");
  CHECK(scene.denied_by("create", "/home/note") == "path");
  CHECK(scene.denied_by("connect", "unix:/home/new") == "path");
  CHECK(scene.answer("create", "/home/new") == Answer::yes);
}

TEST_CASE("can: a way that does not exist is a no, one that could not be walked is not") {
  const auto ended = [](int error) {
    CanScene scene;
    PathWalk walk;
    walk.path = "/gone/x";
    walk.searched = {root_dir};
    walk.error = error;
    scene.walks["/gone/x"] = scene.walks["/gone"] = walk;
    return scene.answer("read", "/gone/x");
  };
  for (const int error : {ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG})
    CHECK(ended(error) == Answer::no);
  for (const int error : {EREMOTE, ETIMEDOUT, EACCES, EIO, ESTALE})
    CHECK(ended(error) == Answer::unknown);
  CanScene unwalked;
  CHECK(unwalked.answer("read", "/nobody/walked") == Answer::unknown);
  CHECK(unwalked.answer("remove", "/nobody/walked") == Answer::unknown);
}

TEST_CASE("can: a directory is listed, not read, written or executed; a file is not listed") {
  CanScene scene;
  for (const char* deed : {"read", "write", "execute", "truncate", "create"})
    CHECK(scene.denied_by(deed, "/etc") == "path");
  CHECK(scene.denied_by("list", "/etc/passwd") == "path");
  CHECK(scene.answer("list", "/") == Answer::yes);
}

TEST_CASE("can: a socket is connected to, and not opened") {
  CanScene scene;
  scene.add("/home/sock", home_dir, step(24, 0140755));
  CHECK(scene.denied_by("read", "/home/sock") == "path");
  CHECK(scene.denied_by("connect", "unix:/home/note") == "path");
  CHECK(scene.denied_by("connect", "unix:/home/sock") == "permissions"); // connecting is writing
  scene.add("/home/sock", home_dir, step(24, 0140722));
  CHECK(scene.answer("connect", "unix:/home/sock") == Answer::yes);
}

TEST_CASE("can: a read-only mount or file system takes no writes of files, and reads go on") {
  for (const bool of_mount : {true, false}) {
    CanScene scene;
    (of_mount ? scene.world.mounts->front().options : scene.world.mounts->front().super_options) = {"ro"};
    CHECK(scene.answer("read", "/home/note") == Answer::yes);
    for (const char* deed : {"write", "truncate", "remove"})
      CHECK(scene.denied_by(deed, "/home/note") == "mount");
    CHECK(scene.denied_by("create", "/home/new") == "mount");
    CHECK(scene.denied_by("write", "/home/new") == "mount");
    scene.add("/home/fifo", home_dir, step(25, 0010600, 1000, 1000));
    CHECK(scene.answer("write", "/home/fifo") == Answer::yes);
    scene.add("/home/sock", home_dir, step(24, 0140777));
    CHECK(scene.answer("connect", "unix:/home/sock") == Answer::yes);
  }
}

TEST_CASE("can: the mount of the file counts, not that of the way to it") {
  CanScene scene;
  scene.world.mounts = std::vector<Mount>{mount(1, {"ro", "noexec"}), mount(2)};
  PathWalk walk = walk_to("/home/note", on_mount(home_dir, 2), on_mount(step(21, 0100600, 1000, 1000), 2));
  scene.walks["/home/note"] = walk;
  CHECK(scene.answer("write", "/home/note") == Answer::yes);
}

TEST_CASE("can: a noexec mount runs no program and no interpreter") {
  CanScene scene;
  scene.world.mounts = std::vector<Mount>{mount(1), mount(2, {"rw", "noexec"})};
  CHECK(scene.answer("execute", "/home/prog") == Answer::yes);
  scene.walks["/home/prog"].interpreter = "/lib/ld.so";
  scene.add("/lib/ld.so", etc_dir, on_mount(step(70, 0100755), 2));
  scene.walks["/lib/ld.so"].interpreter = "";
  CHECK(scene.denied_by("execute", "/home/prog") == "mount");
  CHECK(scene.said("execute", "/home/prog", "mount").find("its interpreter /lib/ld.so") != std::string::npos);
}

TEST_CASE("can: a nodev mount opens no device, a nosymfollow mount follows no link") {
  CanScene scene;
  WalkStep null = step(40, 020666);
  null.rdev_major = 1, null.rdev_minor = 3;
  scene.add("/dev/null", etc_dir, null);
  scene.world.mounts->front().options = {"rw", "nodev"};
  CHECK(scene.denied_by("read", "/dev/null") == "mount");
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  PathWalk walk = walk_to("/home/link", home_dir, step(11, 0100644));
  walk.links = {{step(26, 0120777, 1000, 1000), home_dir, "/etc/passwd"}};
  scene.walks["/home/link"] = walk;
  CHECK(scene.answer("read", "/home/link") == Answer::yes);
  scene.world.mounts->front().options = {"rw", "nosymfollow"};
  CHECK(scene.denied_by("read", "/home/link") == "mount");
}

TEST_CASE("can: mounts that were not seen, and ids that a mount maps, leave it unknown") {
  CanScene scene;
  scene.world.mounts = not_known(GapKind::denied, source::target_mountinfo, "EACCES");
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.answer("write", "/home/note") == Answer::unknown);
  scene.world.mounts = std::vector<Mount>{mount(1, {"rw", "idmapped"})};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.answer("read", "/etc/shadow") == Answer::unknown);
}

TEST_CASE("can: removing takes the link away, not what it leads to") {
  CanScene scene;
  PathWalk walk = walk_to("/home/link", etc_dir, step(11, 0100644));
  walk.links = {{step(26, 0120777, 1000, 1000), home_dir, "/etc/passwd"}};
  scene.walks["/home/link"] = walk;
  CHECK(scene.answer("remove", "/home/link") == Answer::yes);
  CHECK(scene.denied_by("write", "/home/link") == "permissions");
  scene.walks["/home/link"].error = EREMOTE; // where it leads to does not matter
  CHECK(scene.answer("remove", "/home/link") == Answer::yes);
}

TEST_CASE("can: a link that was not followed is not told from other files, so removing it is unknown") {
  CanScene scene;
  scene.walks["/home/link"] = walk_to("/home/link", home_dir, std::nullopt);
  scene.walks["/home/link"].error = ELOOP;
  CHECK(scene.answer("remove", "/home/link") == Answer::unknown);
  CHECK(scene.denied_by("read", "/home/link") == "path");
}

TEST_CASE("can: removing goes through the links on the way") {
  CanScene scene;
  PathWalk parent = walk_to_directory("/home/e", etc_dir);
  parent.links = {{step(26, 0120777, 1000, 1000), home_dir, "/etc"}};
  PathWalk walk = walk_to("/home/e/passwd", etc_dir, step(11, 0100644));
  walk.links = parent.links;
  scene.walks["/home/e"] = parent, scene.walks["/home/e/passwd"] = walk;
  CHECK(scene.denied_by("remove", "/home/e/passwd") == "permissions");
  CHECK(scene.said("remove", "/home/e/passwd", "path").find("regular file") != std::string::npos);
}

TEST_CASE("can: what is mounted on is not removed") {
  CanScene scene;
  scene.world.mounts = std::vector<Mount>{mount(1), mount(2)};
  scene.add("/home/box", home_dir, on_mount(step(2, 040755, 1000, 1000), 2));
  CHECK(scene.denied_by("remove", "/home/box") == "mount");
}

TEST_CASE("can: a program needs its interpreter, and that one its own") {
  CanScene scene;
  scene.walks["/home/prog"].interpreter = "/bin/sh";
  scene.add("/bin/sh", etc_dir, step(71, 0100755));
  scene.walks["/bin/sh"].interpreter = "/lib/ld.so";
  scene.add("/lib/ld.so", etc_dir, step(70, 0100755));
  scene.walks["/lib/ld.so"].interpreter = "";
  CHECK(scene.answer("execute", "/home/prog") == Answer::yes);
  scene.add("/lib/ld.so", etc_dir, step(70, 0100700));
  scene.walks["/lib/ld.so"].interpreter = "";
  CHECK(scene.denied_by("execute", "/home/prog") == "permissions");
  scene.add("/lib/ld.so", etc_dir, std::nullopt);
  CHECK(scene.denied_by("execute", "/home/prog") == "path");
}

TEST_CASE("can: landlock asks of the interpreter what it asks of the program") {
  CanScene scene;
  scene.walks["/home/prog"].interpreter = "/lib/ld.so";
  scene.add("/lib/ld.so", etc_dir, step(70, 0100755));
  scene.walks["/lib/ld.so"].interpreter = "";
  const std::uint64_t both = landlock_fs::execute | landlock_fs::read_file;
  scene.domain(domain_of({layer(both)}, {rule_on(home_dir, both)}));
  CHECK(scene.denied_by("execute", "/home/prog") == "landlock");
  scene.domain(domain_of({layer(both)}, {rule_on(home_dir, both), rule_on(step(70, 0100755), both)}));
  CHECK(scene.answer("execute", "/home/prog") == Answer::yes);
}

TEST_CASE(
    "can: what runs a file that is neither program nor script, or relative, or without end, is unknown") {
  CanScene scene;
  scene.walks["/home/prog"].interpreter.reset();
  CHECK(scene.answer("execute", "/home/prog") == Answer::unknown);
  scene.walks["/home/prog"].interpreter = "sh";
  CHECK(scene.answer("execute", "/home/prog") == Answer::unknown);
  scene.walks["/home/prog"].interpreter = "/home/prog"; // a script that is its own interpreter
  CHECK(scene.answer("execute", "/home/prog") == Answer::unknown);
  scene.walks["/home/prog"].interpreter = "/nobody/walked";
  CHECK(scene.answer("execute", "/home/prog") == Answer::unknown);
}

TEST_CASE("can: a filtered thread is unknown, another layer's no stands all the same") {
  CanScene scene;
  scene.status().seccomp = 2;
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
}

TEST_CASE("can: the first layer that says no is named, though more of them do") {
  CanScene scene;
  scene.domain(domain_of({layer(landlock_fs::write_file)}));
  scene.world.mounts->front().options = {"ro"};
  CHECK(scene.denied_by("write", "/etc/passwd") == "mount");
}

TEST_CASE("can: one thread without the domain is enough for a yes") {
  CanScene scene;
  scene.domain(domain_of({layer(landlock_fs::read_file)}));
  scene.world.subjects.push_back(subject_of(101));
  const Ruling ruling = scene.ask("read", "/etc/passwd");
  CHECK(ruling.answer == Answer::yes);
  CHECK(ruling.thread == 101);
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
}

TEST_CASE("can: a thread whose status was refused leaves a no unknown, and is named") {
  CanScene scene;
  scene.world.subjects.push_back(subject_of(101));
  scene.world.subjects.back().task.status = tl::unexpected<int>(EACCES);
  const Ruling ruling = scene.ask("read", "/etc/shadow");
  CHECK(ruling.answer == Answer::unknown);
  CHECK(ruling.thread == 101);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
}

TEST_CASE("can: a thread with mounts of its own was not walked for") {
  CanScene scene;
  scene.subject().ns->inodes["mnt"] = NsInode(4026532000);
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.answer("read", "/etc/shadow") == Answer::unknown);
  CHECK(scene.answer("connect", "unix:/home/new") == Answer::unknown);
}

TEST_CASE("can: who has exited can do nothing, and of a kernel thread nothing is said") {
  CanScene scene;
  scene.status().state = 'Z';
  CHECK(scene.denied_by("read", "/etc/passwd") == "process");
  CanScene kernel;
  kernel.status().kthread = true;
  CHECK(kernel.answer("read", "/etc/shadow") == Answer::unknown);
}

TEST_CASE("can: without threads nothing is known, and why is said") {
  CanScene scene;
  scene.world.subjects.clear();
  scene.world.threads_gap = "refused (EACCES)";
  const Ruling ruling = scene.ask("read", "/etc/passwd");
  CHECK(ruling.answer == Answer::unknown);
  CHECK(CanScene::said(ruling, "threads").find("EACCES") != std::string::npos);
}
