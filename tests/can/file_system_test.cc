#include "can/file_system.h"

#include "can/scene.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("can file system: where a server or procfs decides, mode bits are no answer") {
  for (const std::uint64_t magic : {fuse, std::uint64_t{0x6969}, procfs, std::uint64_t{0x12345}}) {
    CanScene scene;
    WalkStep file = step(17, 0100644);
    file.magic = magic;
    scene.add("/etc/far", etc_dir, file);
    CHECK(scene.answer("read", "/etc/far") == Answer::unknown);
    CHECK(scene.answer("write", "/etc/far") == Answer::unknown);
  }
}

TEST_CASE("can file system: another layer's no stands though the server was not asked") {
  CanScene scene;
  WalkStep file = step(17, 0100644);
  file.magic = fuse;
  scene.add("/etc/far", etc_dir, file).domain(domain_of({layer(landlock_fs::read_file)}));
  CHECK(scene.denied_by("read", "/etc/far") == "landlock");
}

TEST_CASE("can file system: files of sysfs and its like may refuse more than their mode, never less") {
  CanScene scene;
  WalkStep file = step(18, 0100644);
  file.magic = 0x62656572;
  scene.add("/etc/sys", etc_dir, file);
  CHECK(scene.answer("read", "/etc/sys") == Answer::unknown);
  CHECK(scene.denied_by("write", "/etc/sys") == "permissions");
}

TEST_CASE("can file system: beneath an overlay of a user namespace its mounter is asked too") {
  CanScene scene;
  WalkStep file = step(19, 0100644);
  file.magic = 0x794c7630;
  scene.add("/etc/over", etc_dir, file);
  CHECK(scene.answer("read", "/etc/over") == Answer::yes);
  scene.boxed();
  CHECK(scene.answer("read", "/etc/over") == Answer::unknown);
  file.uid = file.gid = 100001;
  scene.add("/etc/over", etc_dir, file);
  CHECK(scene.answer("read", "/etc/over") == Answer::yes);
}

TEST_CASE("can file system: devices open by their mode only where nobody else guards them") {
  CanScene scene;
  WalkStep null = step(40, 020666);
  null.rdev_major = 1, null.rdev_minor = 3;
  scene.add("/dev/null", etc_dir, null);
  CHECK(scene.answer("write", "/dev/null") == Answer::yes);
  scene.world.cgroup = std::string("5:devices:/docker\n0::/");
  CHECK(scene.answer("write", "/dev/null") == Answer::unknown);
  scene.world.cgroup = std::string("0::/");
  scene.world.bpf_programs = Properties{property("lsm", "0"), property("cgroup_device", "2")};
  CHECK(scene.answer("write", "/dev/null") == Answer::unknown);
  CHECK(scene.said("write", "/dev/null", "cgroup").starts_with("unknown"));
  CHECK(scene.answer("write", "/home/note") == Answer::yes); // no device, so not asked
}

TEST_CASE("can file system: a driver decides who opens its device") {
  CanScene scene;
  WalkStep disk = step(41, 060666);
  disk.rdev_major = 8;
  scene.add("/dev/sda", etc_dir, disk);
  CHECK(scene.answer("read", "/dev/sda") == Answer::unknown);
  disk.mode = 060660;
  scene.add("/dev/sda", etc_dir, disk);
  CHECK(scene.denied_by("read", "/dev/sda") == "permissions");
}

TEST_CASE("can file system: a type that is not in the table is not trusted") {
  CHECK(file_system(0xef53).kind == FileSystemKind::plain);
  CHECK(file_system(0xffffffff9123683e).kind == FileSystemKind::plain); // sign-extended
  CHECK(file_system(0).kind == FileSystemKind::other);
}

TEST_CASE("can file system: a device of the kernel's own devtmpfs opens wherever it is mounted") {
  CanScene scene;
  scene.boxed();
  scene.world.mounts->push_back(mount(9));
  scene.world.mounts->back().type = "devtmpfs";
  scene.add("/etc/null", etc_dir, on_mount(step(14, 020666), 9));
  CHECK(scene.said("read", "/etc/null", "permissions").find("opens no device") == std::string::npos);
  scene.world.mounts->back().type = "tmpfs";
  CHECK(scene.said("read", "/etc/null", "permissions").find("opens no device") != std::string::npos);
}

TEST_CASE("can file system: a mount above a chroot is known by the inspector's mountinfo") {
  CanScene scene;
  scene.add("/etc/file", etc_dir, on_mount(step(15, 0100666), 77));
  CHECK(scene.answer("write", "/etc/file") == Answer::unknown);
  scene.world.more_mounts.push_back(mount(77));
  CHECK(scene.answer("write", "/etc/file") == Answer::yes);
  scene.world.more_mounts.back().options = {"ro"};
  CHECK(scene.denied_by("write", "/etc/file") == "mount");
}

TEST_CASE("can file system: some files in the root of procfs ask for nothing but their mode") {
  const auto in_proc = [](std::uint64_t inode, unsigned mode, std::uint64_t magic = procfs) {
    WalkStep made = on_mount(step(inode, mode), 9);
    made.magic = magic;
    return made;
  };
  CanScene scene;
  scene.world.mounts->push_back(mount(9));
  const WalkStep root = in_proc(1, 040555);
  scene.add("/proc/version", root, in_proc(4026532000, 0100444));
  CHECK(scene.answer("read", "/proc/version") == Answer::yes);
  scene.add("/proc/version", root, in_proc(4026532000, 0100400)); // as somebody hardened it
  CHECK(scene.denied_by("read", "/proc/version") == "permissions");
  scene.add("/proc/kcore", root, in_proc(4026532001, 0100444));
  CHECK(scene.answer("read", "/proc/kcore") == Answer::unknown);
  scene.add("/proc/5/stat", in_proc(77, 040555), in_proc(78, 0100444)); // a process decides for itself
  CHECK(scene.answer("read", "/proc/5/stat") == Answer::unknown);
}
