#include "files/engine_files.h"
#include "files/mount_view.h"
#include "files/propagation.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

std::vector<Mount> parsed(const std::string& text) {
  auto mounts = parse_mountinfo(text);
  REQUIRE(mounts);
  return std::move(*mounts);
}

const std::string host_text = "21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
                              "22 21 0:20 / /proc rw shared:5 - proc proc rw\n"
                              "23 21 0:30 / /run rw - tmpfs tmpfs rw\n"
                              "24 21 8:2 / /srv rw - ext4 /dev/sda2 rw\n";

struct Scene {
  std::vector<Mount> host = parsed(host_text), mounts;
  HostMounts table;
  MountTree tree;
  std::vector<ViewedMount> views;
  explicit Scene(const std::string& text, bool whole = true, bool in_host = false)
      : mounts(parsed(text)), table(host, whole), tree(mounts), views(view_mounts(tree, &table, in_host)) {}
};

std::optional<MountClass> class_of(const std::string& line, bool whole = true) {
  const Scene scene("31 1 0:60 / / rw - tmpfs tmpfs rw\n" + line, whole);
  return scene.views.back().its_class;
}

Spot spot(std::uint64_t mount, std::uint64_t inode, unsigned mode = 040755, std::uint32_t minor = 1) {
  return {mount, 8, minor, inode, mode};
}

} // namespace

TEST_CASE("mount_view: a file system that the host has mounted, too, is the host's") {
  CHECK(class_of("32 31 8:1 /usr /usr ro - ext4 /dev/sda1 rw\n") == MountClass::host);
  CHECK(class_of("32 31 0:30 /x /run rw - tmpfs tmpfs rw\n") == MountClass::host);
  CHECK(class_of("32 31 0:61 / /tmp rw - tmpfs tmpfs rw\n") == MountClass::own);
  CHECK(class_of("32 31 0:62 / /x rw - overlay overlay rw\n") == MountClass::own);
}

TEST_CASE("mount_view: what the kernel makes up and what servers answer for are told apart") {
  CHECK(class_of("32 31 0:20 / /proc rw - proc proc rw\n") == MountClass::pseudo);
  CHECK(class_of("32 31 0:63 / /sys ro - sysfs sysfs ro\n") == MountClass::pseudo);
  CHECK(class_of("32 31 0:64 / /net rw - nfs4 server:/x rw\n") == MountClass::server);
  CHECK(class_of("32 31 0:65 / /f rw - fuse.sshfs x rw\n") == MountClass::server);
}

TEST_CASE(
    "mount_view: where the host's mounts were not all seen, what is not among them is not called its own") {
  CHECK(class_of("32 31 0:61 / /tmp rw - tmpfs tmpfs rw\n", false) == std::nullopt);
  CHECK(class_of("32 31 8:1 /usr /usr ro - ext4 /dev/sda1 rw\n", false) == MountClass::host);
  const auto mounts = parsed("31 1 0:60 / / rw - tmpfs tmpfs rw\n");
  const MountTree tree(mounts);
  CHECK(view_mounts(tree, nullptr, false).front().its_class == std::nullopt);
  CHECK(view_mounts(tree, nullptr, true).front().its_class == MountClass::host);
}

TEST_CASE("mount_view: writable needs the mount and the file system to be so") {
  const auto writable = [](const std::string& mount, const std::string& super) {
    return Scene("31 1 0:60 / / " + mount + " - tmpfs tmpfs " + super + "\n").views.front().writable;
  };
  CHECK(writable("rw", "rw"));
  CHECK_FALSE(writable("ro", "rw"));
  CHECK_FALSE(writable("rw", "ro"));
  CHECK_FALSE(writable("rw", "rw,ro"));
}

TEST_CASE("mount_view: the host's path is one that leads to the same file, and no other") {
  Scene scene("31 1 0:60 / / rw - tmpfs tmpfs rw\n32 31 8:1 /home/me/work /work rw - ext4 /dev/sda1 rw\n");
  ViewedMount& view = scene.views.back();
  CHECK(view.candidates == std::vector<std::string>{"/home/me/work"});
  ViewedMount other = view, unseen = view, replaced = view;
  hold_against(view, {{"/work", spot(32, 77)}}, {{"/home/me/work", spot(21, 77)}});
  CHECK(view.host_path == "/home/me/work");
  CHECK(view.its_class == MountClass::host);
  hold_against(other, {{"/work", spot(32, 77)}}, {{"/home/me/work", spot(21, 78)}});
  CHECK(other.host_path == std::nullopt);
  hold_against(unseen, {}, {{"/home/me/work", spot(21, 77)}});
  CHECK(unseen.host_path == std::nullopt);
  hold_against(replaced, {{"/work", spot(99, 77)}}, {{"/home/me/work", spot(21, 77)}});
  CHECK(replaced.host_path == std::nullopt);
}

TEST_CASE("mount_view: a bound socket and a bound device are what they are") {
  Scene scene("31 1 0:60 / / rw - tmpfs tmpfs rw\n32 31 0:30 /docker.sock /s rw - tmpfs tmpfs rw\n");
  ViewedMount socket = scene.views.back(), device = scene.views.back();
  hold_against(socket, {{"/s", spot(32, 5, 0140660)}}, {});
  CHECK(socket.its_class == MountClass::socket);
  hold_against(device, {{"/s", spot(32, 5, 020666)}}, {});
  CHECK(device.its_class == MountClass::device);
}

TEST_CASE("mount_view: a mount continues another where both stand as on the host") {
  Scene scene(
      "31 1 8:1 / / rw - ext4 x rw\n32 31 8:2 / /srv rw - ext4 x rw\n33 31 8:2 / /other rw - ext4 x rw\n");
  scene.views[0].host_path = "/";
  scene.views[1].host_path = scene.views[2].host_path = "/srv";
  CHECK(continues(scene.views[1], scene.views[0]));
  CHECK_FALSE(continues(scene.views[2], scene.views[0]));
  CHECK_FALSE(continues(scene.views[0], scene.views[0]));
}

TEST_CASE("engine_files: just 64 hexadecimal digits are an id") {
  const std::string id(64, 'a');
  CHECK(long_ids("0::/x/libpod-" + id + ".scope\n") == std::set<std::string>{id});
  CHECK(long_ids("/" + id + "a/").empty());
  CHECK(long_ids(std::string(63, 'a')).empty());
  CHECK(long_ids("").empty());
}

TEST_CASE(
    "engine_files: a file that an engine made bears the container's id, at a place where engines put one") {
  const std::string id(64, 'a'), other(64, 'b');
  const auto bind = [](int number, const std::string& from, const std::string& to) {
    return std::to_string(number) + " 31 8:1 " + from + " " + to + " rw - ext4 /dev/sda1 rw\n";
  };
  const auto engine = [&](const std::string& text, const std::string& cgroup) {
    Scene scene("31 1 0:60 / / rw - tmpfs tmpfs rw\n" + text);
    mark_engine_files(scene.views, cgroup);
    std::vector<std::string> points;
    for (const ViewedMount& view : scene.views)
      if (view.engine_file)
        points.push_back(view.mount->point);
    return points;
  };
  using Points = std::vector<std::string>;
  const std::string hosts = bind(32, "/var/lib/docker/containers/" + id + "/hosts", "/etc/hosts");
  CHECK(engine(hosts, "0::/docker/" + id) == Points{"/etc/hosts"});
  CHECK(engine(hosts, "0::/docker/" + other).empty());
  CHECK(engine(hosts, "0::/").empty());
  // Two that agree need no control group.
  CHECK(engine(hosts + bind(33, "/var/lib/docker/containers/" + id + "/hostname", "/etc/hostname"), "")
            .size() == 2);
  // A volume of the same container is no file of the engine's.
  CHECK(engine(bind(32, "/var/lib/docker/volumes/" + id + "/_data", "/data"), "0::/docker/" + id).empty());
  CHECK(engine(bind(32, "/home/me/hosts", "/etc/hosts"), "0::/docker/" + id).empty());
}

TEST_CASE("propagation: tags in words, and the groups behind them") {
  const auto of = [](const std::string& tags) {
    return propagation_of(parsed("31 1 0:60 / / rw " + tags + "- tmpfs tmpfs rw\n").front());
  };
  CHECK(propagation_words(of("")) == "private");
  CHECK(propagation_words(of("shared:4 ")) == "shared");
  CHECK(propagation_words(of("master:4 ")) == "slave");
  CHECK(propagation_words(of("shared:4 master:2 ")) == "shared, slave");
  CHECK(propagation_words(of("unbindable ")) == "unbindable");
  CHECK(of("shared:4 master:2 ").shared == 4U);
  CHECK(of("shared:4 master:2 ").master == 2U);
  const Scene scene("31 1 0:60 / / rw - tmpfs tmpfs rw\n");
  CHECK(scene.table.shares_peers(1));
  CHECK_FALSE(scene.table.shares_peers(2));
}
