#include "drift/mount_drift.h"

#include "drift/sandbox.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

using Kind = MountWish::Kind;

std::vector<DriftRow> compare(Sandboxed& sandbox, const std::vector<MountWish>& wishes) {
  std::vector<Wish<MountWish>> asked;
  std::vector<std::string> paths;
  for (const MountWish& one : wishes) {
    asked.push_back(wish(one));
    paths.push_back(one.path);
  }
  sandbox.answer(paths);
  Witness witness(sandbox.kernel);
  return mount_drift(witness, asked);
}

DriftRow compare(Sandboxed& sandbox, const std::string& path, Kind kind) {
  return compare(sandbox, {MountWish{path, kind}}).at(0);
}

// /srv on a read-only mount of its own, with `more` on it.
struct ReadOnly : Sandboxed {
  ReadOnly() {
    dir("/srv", 10);
    mount(30, 20, "8:2", "/srv", "ro,relatime", "ext4");
    files["/srv"] = {2, "40755", "0:0", 30, "8:2"};
  }
};

} // namespace

TEST_CASE("mount_drift: a read-only path by its mount, by its file system, and not at all") {
  ReadOnly sandbox;
  CHECK(compare(sandbox, "/srv", Kind::read_only).drift == Drift::same);
  CHECK(compare(sandbox, "/srv", Kind::read_only).held == "ext4 at /srv is mounted read-only");
  CHECK(compare(sandbox, "/srv", Kind::writable).drift == Drift::stronger);
  sandbox.mounts = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 20 8:2 / /srv rw - ext4 none ro,errors=panic\n";
  CHECK(compare(sandbox, "/srv", Kind::read_only).drift == Drift::same);
  sandbox.mounts = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 20 8:2 / /srv rw - ext4 none rw\n";
  CHECK(compare(sandbox, "/srv", Kind::read_only).drift == Drift::weaker);
  CHECK(compare(sandbox, "/srv", Kind::writable).drift == Drift::same);
}

TEST_CASE("mount_drift: what is writable below a read-only path is named, unless it was asked for") {
  ReadOnly sandbox;
  sandbox.mount(31, 30, "0:50", "/srv/cache", "rw").mount(32, 30, "0:51", "/srv/fixed", "ro");
  sandbox.dir("/srv/cache", 5);
  CHECK(compare(sandbox, "/srv", Kind::read_only).drift == Drift::weaker);
  CHECK(compare(sandbox, "/srv", Kind::read_only).held == "read-only, and writable below it: /srv/cache");
  const auto rows = compare(sandbox, {{"/srv", Kind::read_only}, {"/srv/cache", Kind::writable}});
  CHECK(rows.at(0).drift == Drift::same);
  // What is covered cannot be looked up.
  sandbox.mount(33, 31, "0:52", "/srv/cache", "ro");
  CHECK(compare(sandbox, "/srv", Kind::read_only).drift == Drift::same);
}

TEST_CASE("mount_drift: a read-only root leaves the kernel's own file systems out") {
  Sandboxed sandbox;
  sandbox.mounts = "20 1 8:1 / / ro - ext4 /dev/sda1 rw\n";
  sandbox.mount(21, 20, "0:5", "/proc", "rw", "proc").mount(22, 20, "0:6", "/dev", "rw");
  CHECK(compare(sandbox, "/", Kind::read_only).drift == Drift::same);
  sandbox.mount(23, 20, "0:7", "/data", "rw");
  CHECK(compare(sandbox, "/", Kind::read_only).held == "read-only, and writable below it: /data");
}

TEST_CASE("mount_drift: masked by /dev/null, by an empty tmpfs, by systemd, and not at all") {
  Sandboxed sandbox;
  sandbox.dir("/proc", 3);
  sandbox.mount(30, 20, "0:6", "/proc/keys", "rw").mount(31, 20, "0:7", "/proc/acpi", "ro");
  sandbox.files["/proc/keys"] = {4, "20666", "1:3", 30, "0:6"};
  sandbox.files["/proc/acpi"] = {1, "40755", "0:0", 31, "0:7"};
  sandbox.file("/proc/kcore", 9);
  sandbox.mounts += "32 20 0:8 /systemd/inaccessible/dir /root ro - tmpfs tmpfs rw\n";
  sandbox.files["/root"] = {6, "40000", "0:0", 32, "0:8"};
  CHECK(compare(sandbox, "/proc/keys", Kind::masked).drift == Drift::same);
  CHECK(compare(sandbox, "/proc/acpi", Kind::masked).drift == Drift::same);
  CHECK(compare(sandbox, "/root", Kind::masked).drift == Drift::same);
  CHECK(compare(sandbox, "/proc/kcore", Kind::masked).drift == Drift::weaker);
  CHECK(compare(sandbox, "/proc/kcore", Kind::masked).held == "nothing is mounted over it");
  CHECK(compare(sandbox, "/proc/none", Kind::masked).drift == Drift::same); // what is not there, nobody reads
  sandbox.mount(33, 20, "0:9", "/media", "rw");
  sandbox.files["/media"] = {1, "40755", "0:0", 33, "0:9"};
  CHECK(compare(sandbox, "/media", Kind::masked).drift == Drift::unknown); // it may hold files
}

TEST_CASE("mount_drift: a file system of its own is none that the inspector sees there too") {
  Sandboxed sandbox;
  sandbox.dir("/tmp", 7);
  CHECK(compare(sandbox, "/tmp", Kind::own).drift == Drift::weaker);
  sandbox.mount(30, 20, "0:44", "/tmp", "rw");
  sandbox.files["/tmp"] = {1, "40755", "0:0", 30, "0:44"};
  CHECK(compare(sandbox, "/tmp", Kind::own).drift == Drift::same);
  sandbox.kernel.answer(source::self_mountinfo,
                        "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n50 20 0:44 / /tmp rw - tmpfs none rw\n");
  CHECK(compare(sandbox, "/tmp", Kind::own).drift == Drift::weaker);
  sandbox.kernel.fail(source::self_mountinfo, EACCES, "mountinfo");
  CHECK(compare(sandbox, "/tmp", Kind::own).drift == Drift::unknown);
  sandbox.kernel.answer(source::self_ns, "50 mnt=4026532300\n"); // we live in its mount namespace
  CHECK(compare(sandbox, "/tmp", Kind::own).drift == Drift::unknown);
}

TEST_CASE("mount_drift: what could not be seen is unknown") {
  ReadOnly sandbox;
  sandbox.answer({"/srv"});
  const auto row = [&] {
    Witness witness(sandbox.kernel);
    return mount_drift(witness, {wish(MountWish{"/srv", Kind::read_only})}).at(0);
  };
  CHECK(row().drift == Drift::same);
  sandbox.kernel.answer(source::target_walks, "path /srv\nend ETIMEDOUT\n");
  CHECK(row().drift == Drift::unknown);
  CHECK(row().held == "not seen: looking the path up ended with ETIMEDOUT");
  sandbox.kernel.fail(source::target_walks, EACCES, "root");
  CHECK(row().drift == Drift::unknown);
  sandbox.kernel.fail(source::target_mountinfo, EACCES, "mountinfo");
  CHECK(row().source == "target/mountinfo");
}

TEST_CASE("mount_drift: threads in different mount namespaces see different mounts") {
  ReadOnly sandbox;
  sandbox.kernel.answer(source::target_tasks_ns, "100 mnt=4026532300\n101 mnt=4026532301\n");
  CHECK(compare(sandbox, "/srv", Kind::read_only).drift == Drift::unknown);
}

TEST_CASE(
    "mount_drift: control groups of version 1 are read-only where every hierarchy is, and /sys with them") {
  Sandboxed sandbox;
  sandbox.mount(30, 20, "0:60", "/sys", "ro", "sysfs").mount(31, 30, "0:61", "/sys/fs/cgroup", "rw");
  sandbox.mount(32, 31, "0:62", "/sys/fs/cgroup/cpu", "ro", "cgroup");
  sandbox.files["/sys"] = {1, "40555", "0:0", 30, "0:60"};
  sandbox.files["/sys/fs"] = {2, "40555", "0:0", 30, "0:60"};
  sandbox.files["/sys/fs/cgroup"] = {1, "40755", "0:0", 31, "0:61"};
  const MountWish sys{"/sys", Kind::read_only};
  MountWish groups{"/sys/fs/cgroup", Kind::read_only};
  CHECK(compare(sandbox, {sys, groups}).at(0).drift == Drift::weaker); // nobody said what is there
  CHECK(compare(sandbox, {sys, groups}).at(1).drift == Drift::weaker);
  groups.control_groups = true;
  CHECK(compare(sandbox, {sys, groups}).at(0).drift == Drift::same);
  CHECK(compare(sandbox, {sys, groups}).at(1).drift == Drift::same);
  CHECK(compare(sandbox, {sys, groups}).at(1).held ==
        "every hierarchy is mounted read-only; the tmpfs at /sys/fs/cgroup, which holds them, is not");
  sandbox.mount(33, 31, "0:63", "/sys/fs/cgroup/pids", "rw", "cgroup");
  CHECK(compare(sandbox, {sys, groups}).at(1).drift == Drift::weaker);
  CHECK(compare(sandbox, {sys, groups}).at(1).held == "writable below it: /sys/fs/cgroup/pids");
  // A tmpfs without any is no control group.
  sandbox.mounts = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n31 20 0:61 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n";
  CHECK(compare(sandbox, {groups}).at(0).drift == Drift::weaker);
}
