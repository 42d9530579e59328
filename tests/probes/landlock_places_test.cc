#include "probes/landlock_places.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

// One rule on an inode of 8:1, the target's root, with the tokens of `inode` after its number.
struct Scene {
  FakeKernel kernel;
  Scene() {
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    mounts("");
  }
  Scene& rule(const std::string& inode) {
    kernel.answer(source::target_landlock, "offset 0 symbol=- calibrated=0\nsettled yes\n"
                                           "task 100 start=1 domain=1 real=1 exited=0 name=t\n"
                                           "domain 1 layers=1 rules=1\n"
                                           "layer 1 1 object=1 fs=0xffff net=0x3 scoped=0x0\n"
                                           "rule 1 1:0x4 " +
                                               inode + "\n");
    return *this;
  }
  Scene& mounts(const std::string& more) {
    kernel.answer(source::target_mountinfo, "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + more);
    return *this;
  }
  Scene& paths(const std::string& text) {
    kernel.answer(source::target_paths, text);
    return *this;
  }
  LandlockPlace place() {
    Witness witness(kernel);
    std::vector<LandlockPlace> places;
    witness.landlock_domains().match(
        [&](const Seen<LandlockDomains>& domains) {
          places = landlock_places(witness, domains.value().domains.at(0));
        },
        [](const Gap& gap) { FAIL(gap.detail); });
    REQUIRE(places.size() == 1);
    return places[0];
  }
};

const std::string srv = "dev=8:1 inode=7 fs=ext4 mode=40755 nlink=2 name=/srv/a";

} // namespace

TEST_CASE("landlock_places: a path that leads to the very inode is live") {
  const auto place = Scene().rule(srv).paths("/srv/a mnt=20 dev=8:1 inode=7 mode=40755\n").place();
  CHECK(place.status == PlaceStatus::live);
  CHECK(place.path == "/srv/a");
  CHECK(place.also_at.empty());
}

TEST_CASE("landlock_places: a bind mount gives the name that the target sees") {
  const auto place = Scene()
                         .rule(srv)
                         .mounts("21 20 8:1 /srv /mnt rw - ext4 /dev/sda1 rw\n")
                         .paths("/mnt/a mnt=21 dev=8:1 inode=7 mode=40755\n"
                                "/srv/a mnt=20 dev=8:1 inode=7 mode=40755\n")
                         .place();
  CHECK(place.status == PlaceStatus::live);
  CHECK(place.also_at.size() == 1);
}

TEST_CASE("landlock_places: st_dev may lie, the superblock of the mount does not") {
  // An overlay shows files of its layers with other devices than its own.
  CHECK(Scene().rule(srv).paths("/srv/a mnt=20 dev=0:99 inode=7 mode=40755\n").place().status ==
        PlaceStatus::live);
  // The same inode number on another file system is another file.
  CHECK(Scene()
            .rule(srv)
            .mounts("22 20 0:44 / /srv rw - tmpfs none rw\n")
            .paths("/srv/a mnt=22 dev=0:44 inode=7 mode=40755\n")
            .place()
            .status == PlaceStatus::hidden);
}

TEST_CASE("landlock_places: another inode at the path is replaced") {
  const auto place = Scene().rule(srv).paths("/srv/a mnt=20 dev=8:1 inode=8 mode=40755\n").place();
  CHECK(place.status == PlaceStatus::replaced);
  CHECK(place.path == "/srv/a");
  CHECK(place.detail == "something else stands at the path now, which the rule is not about");
}

TEST_CASE("landlock_places: what is mounted over is hidden, and by what") {
  Scene scene;
  scene.rule(srv).mounts("22 20 0:44 / /srv rw - tmpfs none rw\n");
  const auto place = scene.paths("/srv/a !ENOENT\n").place();
  CHECK(place.status == PlaceStatus::hidden);
  CHECK(place.detail == "tmpfs is mounted over /srv");
  // By another part of the same file system, too.
  scene.mounts("22 20 8:1 /other /srv rw - ext4 /dev/sda1 rw\n");
  CHECK(scene.paths("/srv/a mnt=22 dev=8:1 inode=9 mode=40755\n").place().status == PlaceStatus::hidden);
}

TEST_CASE("landlock_places: a file system that no mount shows is hidden") {
  const auto place = Scene().rule("dev=8:2 inode=7 fs=ext4 mode=40755 nlink=2 name=/x").place();
  CHECK(place.status == PlaceStatus::hidden);
  CHECK_FALSE(place.path);
  CHECK(place.detail == "no mount of the target shows it");
}

TEST_CASE("landlock_places: below a directory that a chroot made the root, no name is known") {
  Scene scene;
  scene.rule(srv);
  scene.kernel.answer(source::target_mountinfo, "22 20 0:44 / /proc rw - proc none rw\n");
  CHECK(scene.place().status == PlaceStatus::unknown);
}

TEST_CASE("landlock_places: deleted, with and without something new at the path") {
  const std::string gone = "dev=8:1 inode=7 fs=ext4 mode=40755 nlink=0";
  auto place = Scene().rule(gone).place();
  CHECK(place.status == PlaceStatus::deleted);
  CHECK_FALSE(place.path);
  place = Scene().rule(gone + " was=/srv/a").paths("/srv/a !ENOENT\n").place();
  CHECK(place.status == PlaceStatus::deleted);
  CHECK(place.path == "/srv/a");
  CHECK(place.detail == "it was deleted");
  place = Scene().rule(gone + " was=/srv/a").paths("/srv/a mnt=20 dev=8:1 inode=7 mode=40755\n").place();
  CHECK(place.status == PlaceStatus::replaced); // the number was given to a new file
  place = Scene().rule(srv).paths("/srv/a !ENOENT\n").place();
  CHECK(place.status == PlaceStatus::deleted);
  CHECK(place.detail == "nothing stands at the path any more");
}

TEST_CASE("landlock_places: no name, and no file system any more") {
  CHECK(Scene().rule("dev=8:1 inode=7 fs=ext4 mode=100644 nlink=1").place().status == PlaceStatus::unnamed);
  const auto place = Scene().rule("gone").place();
  CHECK(place.status == PlaceStatus::dead);
  CHECK(place.detail == "its file system was unmounted");
}

TEST_CASE("landlock_places: what could not be looked up is unknown, never gone") {
  Scene scene;
  scene.rule(srv);
  CHECK(scene.paths("/srv/a !EACCES\n").place().status == PlaceStatus::unknown);
  auto place = scene.paths("/srv/a !ETIMEDOUT\n").place();
  CHECK(place.status == PlaceStatus::unknown);
  CHECK(place.detail == "no answer came in time, from its file system or from one that was asked before");
  CHECK(scene.paths("/elsewhere !ENOENT\n").place().status == PlaceStatus::unknown);
  scene.kernel.fail(source::target_paths, EACCES, "the root of the target");
  CHECK(scene.place().status == PlaceStatus::unknown);
  scene.kernel.fail(source::target_mountinfo, EACCES, "mountinfo");
  CHECK(scene.place().status == PlaceStatus::unknown);
}
