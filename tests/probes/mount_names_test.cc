#include "probes/mount_names.h"

#include <catch2/catch.hpp>

#include <chrono>

using namespace sbx;

namespace {

using Names = std::vector<std::string>;

std::vector<Mount> mounts(const std::string& text) {
  const auto parsed = parse_mountinfo(text);
  REQUIRE(parsed);
  return *parsed;
}

Names names(const std::string& text, const std::string& name, std::uint32_t minor = 1) {
  const auto list = mounts(text);
  return MountNames(list).of(8, minor, name);
}

const std::string root = "20 1 8:1 / / rw - ext4 a rw\n";

} // namespace

TEST_CASE("mount_names: a file of the root has the name that it has there") {
  CHECK(names(root, "/usr/bin") == Names{"/usr/bin"});
  CHECK(names(root, "/") == Names{"/"});
  CHECK(names(root, "/usr", 2).empty());
  CHECK(names("", "/usr").empty());
}

TEST_CASE("mount_names: a file of another file system is named below its mount point") {
  const std::string text = root + "21 20 8:2 / /home rw - ext4 b rw\n";
  CHECK(names(text, "/user/x", 2) == Names{"/home/user/x"});
  CHECK(names(text, "/", 2) == Names{"/home"});
}

TEST_CASE("mount_names: a bind mount shows what is below its root, by components and not by letters") {
  const std::string text = root + "21 20 8:2 /a /mnt rw - ext4 b rw\n";
  CHECK(names(text, "/a", 2) == Names{"/mnt"});
  CHECK(names(text, "/a/x", 2) == Names{"/mnt/x"});
  CHECK(names(text, "/ab", 2).empty());
  CHECK(names(text, "/", 2).empty());
  CHECK(names(text, "/b/a/x", 2).empty());
}

TEST_CASE("mount_names: every name of a file that is mounted more than once, the shorter first") {
  const std::string text = root + "21 20 8:1 /srv/data /var/lib/long rw - ext4 a rw\n" +
                           "22 20 8:1 /srv /x rw - ext4 a rw\n" + "23 20 8:1 /srv/data/f /f rw - ext4 a rw\n";
  CHECK(names(text, "/srv/data/f") == Names{"/f", "/x/data/f", "/srv/data/f", "/var/lib/long/f"});
}

TEST_CASE("mount_names: a name that another mount covers comes last") {
  const std::string over =
      root + "21 20 8:2 / /srv rw - ext4 b rw\n" + "22 20 8:1 /srv /visible/place rw - ext4 a rw\n";
  CHECK(names(over, "/srv/f") == Names{"/visible/place/f", "/srv/f"});
  // A mount below a directory that was then mounted over.
  const std::string below = root + "21 20 8:2 / /a/b rw - ext4 b rw\n" + "22 20 8:3 / /a rw - ext4 c rw\n" +
                            "23 20 8:2 / /other/place rw - ext4 b rw\n";
  CHECK(names(below, "/f", 2) == Names{"/other/place/f", "/a/b/f"});
}

TEST_CASE("mount_names: of mounts on one point the last is seen, and it may be the same again") {
  const std::string text = root + "21 20 8:2 / /m rw - ext4 b rw\n" + "22 21 8:3 / /m rw - ext4 c rw\n" +
                           "23 20 8:2 / /n/n rw - ext4 b rw\n";
  CHECK(names(text, "/f", 2) == Names{"/n/n/f", "/m/f"});
  CHECK(names(text, "/f", 3) == Names{"/m/f"});
  CHECK(names(root + "21 20 8:1 / / rw - ext4 a rw\n", "/f") == Names{"/f"});
}

TEST_CASE(
    "mount_names: a root that is no mount is said not to be listed, what lies below it is still named") {
  const auto jail = mounts("31 20 8:2 /x /data rw - ext4 b rw\n32 31 8:3 / /data/in rw - ext4 c rw\n");
  const MountNames in_jail(jail);
  CHECK_FALSE(in_jail.root_listed());
  CHECK(in_jail.of(8, 2, "/x/f") == Names{"/data/f"});
  CHECK(in_jail.of(8, 3, "/f") == Names{"/data/in/f"});
  const auto whole = mounts(root);
  CHECK(MountNames(whole).root_listed());
}

TEST_CASE("mount_names: a deleted root and mounts in a circle give no names and no endless walk") {
  CHECK(names(root + "21 20 8:2 /a//deleted /mnt rw - ext4 b rw\n", "/a/x", 2).empty());
  CHECK(names("1 1 8:1 / / rw - ext4 a rw\n", "/x") == Names{"/x"});
  CHECK(names("1 2 8:1 / / rw - ext4 a rw\n2 1 8:2 / / rw - ext4 b rw\n", "/x").size() == 1);
}

TEST_CASE("mount_names: no more than sixteen, however often it is mounted") {
  std::string text = root;
  for (int i = 0; i < 5000; ++i)
    text += std::to_string(100 + i) + " 20 8:2 / /m" + std::to_string(i) + " rw - ext4 b rw\n";
  CHECK(names(text, "/f", 2).size() == 16);
}

TEST_CASE("mount_names: a name that is no path has none") {
  for (const char* name : {"", "a", "a/b"})
    CHECK(names(root, name).empty());
}

TEST_CASE("mount_names: twenty thousand rules among a thousand mounts", "[.bench]") {
  std::string text = root;
  for (int i = 0; i < 1000; ++i)
    text += std::to_string(100 + i) + " 20 8:1 /srv/" + std::to_string(i) + " /m/" + std::to_string(i) +
            " rw - ext4 a rw\n";
  const auto list = mounts(text);
  const auto before = std::chrono::steady_clock::now();
  const MountNames index(list);
  std::size_t found = 0;
  for (int i = 0; i < 20'000; ++i)
    found +=
        index.of(8, 1, "/srv/" + std::to_string(i % 1000) + "/usr/share/file" + std::to_string(i)).size();
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(found == 40'000);
  WARN(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
}
