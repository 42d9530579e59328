#include "parse/mountinfo.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

bool bad(const std::string& text) { return !parse_mountinfo(text).has_value(); }

Mount one(const std::string& line) {
  const auto mounts = parse_mountinfo(line + "\n");
  INFO(line);
  REQUIRE(mounts);
  REQUIRE(mounts->size() == 1);
  return mounts->front();
}

} // namespace

TEST_CASE("mountinfo: the example of the man page is read whole") {
  const Mount mount = one("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue");
  CHECK(mount.id == 36);
  CHECK(mount.parent == 35);
  CHECK(mount.major == 98);
  CHECK(mount.minor == 0);
  CHECK(mount.root == "/mnt1");
  CHECK(mount.point == "/mnt2");
  CHECK(mount.options == std::vector<std::string>{"rw", "noatime"});
  CHECK(mount.tags == std::vector<std::string>{"master:1"});
  CHECK(mount.type == "ext3");
  CHECK(mount.source == "/dev/root");
  CHECK(mount.super_options == std::vector<std::string>{"rw", "errors=continue"});
  CHECK(mount.has_option("noatime"));
  CHECK_FALSE(mount.has_option("noexec"));
  CHECK_FALSE(mount.has_option("rw,noatime"));
}

TEST_CASE("mountinfo: a container has its overlay, its bind mounts and its own proc, in their order") {
  const auto mounts = parse_mountinfo(
      "496 395 0:52 / / rw,relatime master:180 - overlay overlay "
      "rw,lowerdir=/var/lib/docker/overlay2/l/AB:/var/lib/docker/overlay2/l/CD,upperdir=/u,workdir=/w\n"
      "497 496 0:55 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"
      "503 496 254:1 /var/lib/docker/containers/ab/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n"
      "504 497 0:55 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw\n"
      "505 497 0:58 / /proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755\n");
  REQUIRE(mounts);
  REQUIRE(mounts->size() == 5);
  CHECK((*mounts)[0].type == "overlay");
  CHECK((*mounts)[0].super_options.size() == 4);
  CHECK((*mounts)[2].root == "/var/lib/docker/containers/ab/hostname");
  CHECK((*mounts)[2].point == "/etc/hostname");
  CHECK((*mounts)[3].parent == 497);
  CHECK((*mounts)[3].has_option("ro"));
}

TEST_CASE("mountinfo: no optional field, one, and many") {
  CHECK(one("1 1 0:1 / / rw - rootfs rootfs rw").tags.empty());
  CHECK(one("1 1 0:1 / / rw shared:1 master:2 propagate_from:3 unbindable - tmpfs t rw").tags ==
        std::vector<std::string>{"shared:1", "master:2", "propagate_from:3", "unbindable"});
}

TEST_CASE("mountinfo: names that would break the line come back as the bytes that they are") {
  const Mount mount = one(R"(1 1 8:1 /a\040b\011c\012d\134e\043f /x\134040y rw - ext4 /dev/a\040b rw)");
  CHECK(mount.root == "/a b\tc\nd\\e#f");
  CHECK(mount.point == "/x\\040y"); // a backslash in the name, not a space
  CHECK(mount.source == "/dev/a b");
  CHECK(one("1 1 8:1 / /caf\xc3\xa9\xff\x1b[2J rw - ext4 x rw").point == "/caf\xc3\xa9\xff\x1b[2J");
}

TEST_CASE("mountinfo: what looks like an escape and is none stays as it is") {
  CHECK(one(R"(1 1 8:1 /\ /\9\08\400\04 rw - ext4 x rw)").point == R"(/\9\08\400\04)");
  CHECK(one(R"(1 1 8:1 /\377 / rw - ext4 x rw)").root == "/\xff");
}

TEST_CASE("mountinfo: a directory that was deleted, and a root that is no path, are kept as printed") {
  CHECK(one("1 1 8:1 /home/a//deleted /mnt rw - ext4 x rw").root == "/home/a//deleted");
  CHECK(one("1 1 0:4 net:[4026531840] /run/netns/a rw - nsfs nsfs rw").root == "net:[4026531840]");
}

TEST_CASE("mountinfo: an idmapped mount says so") {
  CHECK(one("1 1 8:1 / /mnt rw,relatime,idmapped - ext4 x rw").has_option("idmapped"));
  CHECK_FALSE(one("1 1 8:1 / /mnt rw,relatime - ext4 x rw,idmapped").has_option("idmapped"));
}

TEST_CASE("mountinfo: a source may be empty, and a comma in an option is not the end of it") {
  const Mount mount = one(R"(1 1 0:60 / /e rw - tmpfs  rw,lowerdir=/a\054b,context="x y")");
  CHECK(mount.source.empty());
  CHECK(mount.super_options == std::vector<std::string>{"rw", "lowerdir=/a,b", "context=\"x y\""});
}

TEST_CASE("mountinfo: a dash in the place of a name does not end the optional fields") {
  const Mount mount = one("1 1 8:1 /- /- - x:1 - - - -");
  CHECK(mount.root == "/-");
  CHECK(mount.options == std::vector<std::string>{"-"});
  CHECK(mount.tags == std::vector<std::string>{"x:1"});
  CHECK(mount.type == "-");
}

TEST_CASE("mountinfo: a process that can reach no mount has none") {
  REQUIRE(parse_mountinfo(""));
  CHECK(parse_mountinfo("")->empty());
}

TEST_CASE("mountinfo: a line that lacks something makes the whole malformed") {
  const std::string good = "1 1 8:1 / / rw - ext4 x rw\n";
  CHECK_FALSE(bad(good));
  for (const char* line :
       {"\n", " \n", "1\n", "1 1 8:1 / /\n", "1 1 8:1 / / rw\n", "1 1 8:1 / / rw ext4 x rw\n",
        "1 1 8:1 / / rw -\n", "1 1 8:1 / / rw - ext4\n", "1 1 8:1 / / rw -  x rw\n",
        "x 1 8:1 / / rw - ext4 x rw\n", "1 -1 8:1 / / rw - ext4 x rw\n", "1 1 8 / / rw - ext4 x rw\n",
        "1 1 8:1:1 / / rw - ext4 x rw\n", "1 1 4294967296:1 / / rw - ext4 x rw\n",
        "1 1 8:1  / rw - ext4 x rw\n", "1 1 8:1 / a rw - ext4 x rw\n", "1 1 8:1 / / rw  - ext4 x rw\n",
        " 1 1 8:1 / / rw - ext4 x rw\n"}) {
    CAPTURE(line);
    CHECK(bad(line));
    CHECK(bad(good + line));
  }
}

TEST_CASE("mountinfo: a list that is cut off is not a shorter list") {
  CHECK(bad("1 1 8:1 / / rw - ext4 x rw\n2 1 8:1 / /home rw - ext4 /dev/a r"));
  CHECK(bad("1 1 8:1 / / rw - ext4 x rw"));
}

TEST_CASE("mountinfo: a line of a megabyte is refused and not shown whole") {
  const auto mounts = parse_mountinfo(std::string(1 << 20, '\x1b') + "\n");
  REQUIRE_FALSE(mounts);
  CHECK(mounts.error().what.size() < 512);
  CHECK(mounts.error().what.find('\x1b') == std::string::npos);
}

TEST_CASE("mountinfo: a list that changed while it was read says so, and is read all the same") {
  const std::string line = "31 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
  CHECK(sbx::parse_mounts_settled(line) == true);
  CHECK(sbx::parse_mounts_settled(line + "moving\n") == false);
  CHECK(sbx::parse_mounts_settled("") == true);
  CHECK(sbx::parse_mounts_settled("moving\n") == false);
  CHECK_FALSE(sbx::parse_mounts_settled(line + "moving"));
  const auto mounts = sbx::parse_mountinfo(line + "moving\n");
  REQUIRE(mounts);
  CHECK(mounts->size() == 1);
  CHECK(sbx::parse_mountinfo("moving\n")->empty());
  CHECK_FALSE(sbx::parse_mountinfo("moving\n" + line));
  CHECK_FALSE(sbx::parse_mountinfo(line + "moving\nmoving\n"));
}
