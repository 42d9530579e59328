#include "kernel/live_paths.h"

#include "kernel/file.h"
#include "kernel/living_task.h"
#include "parse/mountinfo.h"
#include "parse/path_spots.h"
#include "scratch.h"
#include "silent_fuse.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>

using namespace sbx;

namespace {

std::vector<PathSpot> spots(const ProcTarget& target, const std::vector<std::string>& paths) {
  const Reading text = read_paths(target, paths);
  INFO((text ? *text : text.error().detail));
  REQUIRE(text);
  const auto parsed = parse_path_spots(*text);
  INFO((parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  REQUIRE(parsed->size() == paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i)
    CHECK((*parsed)[i].path == paths[i]);
  return *parsed;
}

int error_of(const PathSpot& spot) { return spot.found ? 0 : spot.found.error(); }

std::uint64_t inode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_ino;
}

std::vector<Mount> mounts(const ProcTarget& target) {
  const Reading text = read_mountinfo(target);
  REQUIRE(text);
  const auto parsed = parse_mountinfo(*text);
  REQUIRE(parsed);
  return *parsed;
}

bool made(const std::string& path, const char* bytes = "") {
  const int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
  const bool written = fd >= 0 && write(fd, bytes, strlen(bytes)) == static_cast<ssize_t>(strlen(bytes));
  close(fd);
  return written;
}

Reading ask_info(int fd) { return read_host_file("/proc/self/fdinfo/" + std::to_string(fd)); }

int children_left() {
  int found = 0;
  for (int tries = 0; tries < 200 && (found = waitpid(-1, nullptr, WNOHANG)) >= 0; ++tries)
    usleep(10'000);
  return found;
}

} // namespace

TEST_CASE("live_paths: what stands at a path, links not followed, and what does not") {
  const Scratch scratch;
  const std::string file = scratch.write("dir/file", "x");
  REQUIRE(symlink("file", scratch.path("dir/link").c_str()) == 0);
  REQUIRE(symlink("dir", scratch.path("link").c_str()) == 0);
  const std::string odd = scratch.write("a b\n!\xff\\", "x");
  const auto self = ProcTarget::self();
  REQUIRE(self);
  const auto found =
      spots(*self, {file, scratch.path("dir"), scratch.path("dir/link"), scratch.path("link/file"),
                    scratch.path("gone"), file + "/below", odd, std::string("/a\0b", 4), "/proc/self/fd",
                    "/../../" + file, "/" + std::string(5000, 'a')});
  CHECK(found[0].found->inode == inode_of(file));
  CHECK(S_ISREG(found[0].found->mode));
  CHECK(S_ISDIR(found[1].found->mode));
  CHECK(S_ISLNK(found[2].found->mode));
  CHECK(found[2].found->inode == inode_of(scratch.path("dir/link")));
  CHECK(error_of(found[3]) == ELOOP);
  CHECK(error_of(found[4]) == ENOENT);
  CHECK(error_of(found[5]) == ENOTDIR);
  CHECK(found[6].found->inode == inode_of(odd));
  CHECK(error_of(found[7]) == EINVAL);
  CHECK(error_of(found[8]) == ELOOP);
  CHECK(found[9].found->inode == found[0].found->inode);
  CHECK(error_of(found[10]) == ENAMETOOLONG);
}

TEST_CASE("live_paths: nothing asked is nothing answered") {
  CHECK(read_paths(*ProcTarget::self(), {}) == "");
}

TEST_CASE("live_paths: mounts are those of the target, by their ids in its mountinfo") {
  const Scratch scratch;
  const std::string point = scratch.path("point"), bound = scratch.write("bound", "x");
  scratch.write("inside/file", "y");
  mkdir(point.c_str(), 0755);
  const StagedTarget staged([&] {
    return mount("t", point.c_str(), "tmpfs", 0, nullptr) == 0 && made(point + "/new") &&
           mount(scratch.path("inside/file").c_str(), bound.c_str(), nullptr, MS_BIND, nullptr) == 0;
  });
  SBX_STAGED_OR_RETURN(staged);
  const auto found = spots(staged.target(), {point + "/new", bound, scratch.path("inside/file")});
  REQUIRE(found[0].found);
  REQUIRE(found[1].found);
  CHECK(found[1].found->inode == found[2].found->inode);
  CHECK(found[1].found->mount != found[2].found->mount);
  int seen = 0;
  for (const Mount& mount : mounts(staged.target())) {
    seen += mount.point == point && mount.id == found[0].found->mount && mount.type == "tmpfs";
    seen += mount.point == bound && mount.id == found[1].found->mount && mount.root.ends_with("/inside/file");
  }
  CHECK(seen == 2);
  CHECK(error_of(spots(*ProcTarget::self(), {point + "/new"})[0]) == ENOENT);
}

TEST_CASE("live_paths: the root of the target is the end of the world for it") {
  const Scratch scratch;
  scratch.write("jail/etc/passwd", "x");
  const StagedTarget staged([&] { return chroot(scratch.path("jail").c_str()) == 0 && chdir("/") == 0; });
  SBX_STAGED_OR_RETURN(staged);
  const auto found = spots(staged.target(), {"/etc/passwd", "/../../etc/passwd", "/", scratch.path("jail")});
  CHECK(found[0].found->inode == inode_of(scratch.path("jail/etc/passwd")));
  CHECK(found[1].found->inode == found[0].found->inode);
  CHECK(found[2].found->inode == inode_of(scratch.path("jail")));
  CHECK(error_of(found[3]) == ENOENT);
}

TEST_CASE("live_paths: an overlay hides the inode of the kernel from stat(2), and not from us") {
  const Scratch scratch;
  const std::string at = scratch.path();
  const StagedTarget staged([&] {
    const std::string options =
        "lowerdir=" + at + "/t/lower,upperdir=" + at + "/t/upper,workdir=" + at + "/t/work";
    return mkdir((at + "/t").c_str(), 0755) == 0 && mkdir((at + "/merged").c_str(), 0755) == 0 &&
           mount("t", (at + "/t").c_str(), "tmpfs", 0, nullptr) == 0 &&
           mkdir((at + "/t/lower").c_str(), 0755) == 0 && mkdir((at + "/t/upper").c_str(), 0755) == 0 &&
           mkdir((at + "/t/work").c_str(), 0755) == 0 && made(at + "/t/lower/one") &&
           made(at + "/t/lower/two") &&
           mount("o", (at + "/merged").c_str(), "overlay", 0, options.c_str()) == 0;
  });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  const auto found =
      spots(target, {at + "/merged/one", at + "/merged/two", at + "/merged", at + "/t/lower/one"});
  for (const std::size_t i : {0U, 1U, 2U}) {
    const std::string seen = "/proc/" + std::to_string(staged.pid()) + "/root" + found[i].path;
    const int fd = open(seen.c_str(), O_PATH | O_CLOEXEC);
    REQUIRE(fd >= 0);
    const Reading info = ask_info(fd);
    close(fd);
    CAPTURE(seen, *info);
    REQUIRE(found[i].found);
    CHECK(info->find("\nino:\t" + std::to_string(found[i].found->inode) + "\n") != info->npos);
    CHECK(info->find("\nmnt_id:\t" + std::to_string(found[i].found->mount) + "\n") != info->npos);
  }
  CHECK(found[0].found->inode != found[1].found->inode);
  CHECK(found[0].found->mount == found[2].found->mount);
  CHECK(found[3].found->mount != found[2].found->mount);
}

TEST_CASE("live_paths: a main thread that has exited leaves its process a root and mounts") {
  const StagedTarget staged([] { return true; },
                            [] {
                              pthread_t thread{};
                              pthread_create(
                                  &thread, nullptr,
                                  [](void*) -> void* {
                                    while (true)
                                      pause();
                                  },
                                  nullptr);
                              syscall(SYS_exit, 0); // this thread alone
                            });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  for (int tries = 0; tries < 200 && target.read("mountinfo", 1 << 24); ++tries)
    usleep(10'000);
  REQUIRE_FALSE(target.read("mountinfo", 1 << 24));
  CHECK_FALSE(mounts(target).empty());
  CHECK(spots(target, {"/"})[0].found);
}

TEST_CASE("live_paths: a target that is gone has no root, and that is said of the whole") {
  StagedTarget staged([] { return true; });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  staged.end();
  const Reading text = read_paths(target, {"/", "/etc"});
  REQUIRE_FALSE(text);
  CHECK(text.error().error == ESRCH);
  CHECK(text.error().detail == "opening the root directory of the target");
  CHECK(read_mountinfo(target).error().error == ESRCH);
}

TEST_CASE("live_paths: a file system that never answers holds nobody, and the other paths are told") {
  const Scratch scratch;
  const std::string dead = scratch.path("dead"), file = scratch.write("file", "x");
  mkdir(dead.c_str(), 0755);
  SilentFuse fuse;
  StagedTarget staged([&] { return fuse.mount_at(dead); }, [&] { fuse.serve(); });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  const auto before = std::chrono::steady_clock::now();
  const auto found = spots(target, {"/", dead + "/a", file, dead});
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(found[0].found);
  CHECK(error_of(found[1]) == ETIMEDOUT);
  REQUIRE(found[2].found);
  CHECK(found[2].found->inode == inode_of(file));
  CHECK(found[3].found); // the mount itself is known to the kernel
  CHECK(took > std::chrono::milliseconds(900));
  CHECK(took < std::chrono::seconds(5));

  const auto given_up = spots(target, {dead + "/a", dead + "/b", dead + "/c", dead + "/d", file});
  for (const PathSpot& spot : given_up)
    CHECK(error_of(spot) == ETIMEDOUT);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
  staged.end(); // and with it the file system, and who waited for it
  CHECK(children_left() == -1);
}

TEST_CASE("live_paths: a mount that was never served holds nobody either") {
  const Scratch scratch;
  const std::string dead = scratch.path("dead");
  mkdir(dead.c_str(), 0755);
  SilentFuse fuse;
  const StagedTarget staged([&] { return fuse.mount_at(dead); });
  SBX_STAGED_OR_RETURN(staged);
  const auto found = spots(staged.target(), {dead + "/a", dead, "/"});
  CHECK(error_of(found[0]) == ETIMEDOUT);
  CHECK(found[1].found);
  CHECK(found[2].found);
}

TEST_CASE("live_paths: twenty thousand paths", "[.bench]") {
  const Scratch scratch;
  std::vector<std::string> paths;
  for (int i = 0; i < 20'000; ++i)
    paths.push_back(scratch.write("dir" + std::to_string(i % 100) + "/file" + std::to_string(i), ""));
  for (int round = 0; round < 3; ++round) {
    const auto before = std::chrono::steady_clock::now();
    const Reading text = read_paths(*ProcTarget::self(), paths);
    const auto took = std::chrono::steady_clock::now() - before;
    REQUIRE(text);
    const auto parsed_from = std::chrono::steady_clock::now();
    REQUIRE(parse_path_spots(*text)->size() == paths.size());
    WARN("read in " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                    << " ms, parsed in "
                    << std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - parsed_from)
                           .count()
                    << " ms");
  }
}
