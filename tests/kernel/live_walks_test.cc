#include "kernel/live_walks.h"

#include "kernel/fd.h"
#include "parse/path_walks.h"
#include "scratch.h"
#include "silent_fuse.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>
#include <sys/stat.h>
#include <sys/xattr.h>

using namespace sbx;

namespace {

std::vector<PathWalk> walks(const ProcTarget& target, const std::vector<std::string>& paths) {
  const Reading text = read_walks(target, paths);
  INFO((text ? *text : text.error().detail));
  REQUIRE(text);
  const auto parsed = parse_path_walks(*text);
  INFO((parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  REQUIRE(parsed->size() == paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i)
    CHECK((*parsed)[i].path == paths[i]);
  return *parsed;
}

PathWalk walk(const ProcTarget& target, const std::string& path) { return walks(target, {path}).front(); }
PathWalk walk(const std::string& path) { return walk(*ProcTarget::self(), path); }

std::uint64_t inode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_ino;
}

// "/", "/a", "/a/b" of "/a/b/c".
std::vector<std::uint64_t> parents_of(const std::string& path) {
  std::vector<std::uint64_t> inodes{inode_of("/")};
  for (std::size_t end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1))
    inodes.push_back(inode_of(path.substr(0, end)));
  return inodes;
}

std::vector<std::uint64_t> inodes(const std::vector<WalkStep>& steps) {
  std::vector<std::uint64_t> found;
  for (const WalkStep& step : steps)
    found.push_back(step.inode);
  return found;
}

std::vector<std::uint64_t> reversed(std::vector<std::uint64_t> list) { return {list.rbegin(), list.rend()}; }

} // namespace

TEST_CASE("live_walks: a plain file, each directory on the way to it, and each above it") {
  const Scratch scratch;
  const std::string file = scratch.write("a/b/file", "x");
  REQUIRE(chmod(file.c_str(), 04640) == 0);
  const PathWalk met = walk(file);
  CHECK(met.error == 0);
  CHECK(inodes(met.searched) == parents_of(file));
  CHECK(inodes(met.above) == reversed(parents_of(file)));
  REQUIRE(met.file);
  CHECK(met.file->inode == inode_of(file));
  CHECK(met.file->mode == 0104640);
  CHECK(met.file->uid == getuid());
  CHECK(met.file->nlink == 1);
  CHECK_FALSE(met.file->acl);
  CHECK(met.links.empty());
  CHECK_FALSE(met.interpreter);
}

TEST_CASE("live_walks: above a directory is its parent, and above the root is nothing") {
  const Scratch scratch;
  scratch.write("a/b/file", "x");
  const std::string dir = scratch.path("a/b");
  const PathWalk met = walk(dir);
  CHECK(met.file->inode == inode_of(dir));
  CHECK(inodes(met.above) == reversed(parents_of(dir)));
  const PathWalk root = walk("/");
  CHECK(root.error == 0);
  CHECK(root.searched.empty());
  CHECK(root.above.empty());
  CHECK(root.file->inode == inode_of("/"));
  CHECK(walk("/..").file->inode == inode_of("/"));
  CHECK(walk("///.//").searched.size() == 1);
}

TEST_CASE("live_walks: links are followed inside, with what they say and where they stand") {
  const Scratch scratch;
  const std::string file = scratch.write("real/file", "x");
  REQUIRE(symlink("../real", scratch.path("real/rel").c_str()) == 0);
  REQUIRE(symlink((scratch.path("real/rel") + "/file").c_str(), scratch.path("abs").c_str()) == 0);
  const PathWalk met = walk(scratch.path("abs"));
  CHECK(met.error == 0);
  REQUIRE(met.links.size() == 2);
  CHECK(met.links[0].target == scratch.path("real/rel") + "/file");
  CHECK(met.links[0].link.inode == inode_of(scratch.path("abs")));
  CHECK(met.links[0].directory.inode == inode_of(scratch.path()));
  CHECK(met.links[1].target == "../real");
  CHECK(met.links[1].directory.inode == inode_of(scratch.path("real")));
  CHECK(met.file->inode == inode_of(file));
  CHECK(inodes(met.above) == reversed(parents_of(file)));
  // The last name may be a link with a slash behind it, and a link in the middle may be to a file.
  CHECK(walk(scratch.path("real/rel/")).file->inode == inode_of(scratch.path("real")));
  CHECK(walk(scratch.path("abs/x")).error == ENOTDIR);
  CHECK(walk(file + "/").error == ENOTDIR);
  CHECK(walk(file + "/..").error == ENOTDIR);
}

TEST_CASE("live_walks: forty links are followed, and not one more") {
  const Scratch scratch;
  scratch.write("0", "x");
  for (int i = 1; i <= 41; ++i)
    REQUIRE(symlink(std::to_string(i - 1).c_str(), scratch.path(std::to_string(i)).c_str()) == 0);
  CHECK(walk(scratch.path("40")).file->inode == inode_of(scratch.path("0")));
  const PathWalk met = walk(scratch.path("41"));
  CHECK(met.error == ELOOP);
  CHECK(met.links.size() == 40);
}

TEST_CASE("live_walks: what is not there is missing from its directory, and what leads nowhere is an error") {
  const Scratch scratch;
  REQUIRE(symlink("not/there", scratch.path("far").c_str()) == 0);
  REQUIRE(symlink("gone\n", scratch.path("near").c_str()) == 0);
  const PathWalk met = walk(scratch.path("new file"));
  CHECK(met.error == 0);
  CHECK_FALSE(met.file);
  CHECK(met.missing == "new file");
  REQUIRE_FALSE(met.above.empty());
  CHECK(met.above.front().inode == inode_of(scratch.path()));
  CHECK(inodes(met.above) == reversed(parents_of(scratch.path("x"))));
  CHECK(walk(scratch.path("near")).missing == "gone\n");
  CHECK(walk(scratch.path("no/file")).error == ENOENT);
  CHECK(walk(scratch.path("far")).error == ENOENT);
  CHECK(walk(scratch.path(std::string(256, 'a'))).error == ENAMETOOLONG);
  CHECK(walk("/" + std::string(4096, '/')).error == ENAMETOOLONG);
}

TEST_CASE("live_walks: a link of procfs answers each asker differently, and is not followed for another") {
  for (const char* path :
       {"/proc/self/status", "/proc/self", "/proc/thread-self", "/proc/1/root/etc", "/dev/fd/0"}) {
    CAPTURE(path);
    CHECK(walk(path).error == EREMOTE);
  }
  CHECK(walk("/proc/1/status").error == 0);
}

TEST_CASE("live_walks: a procfs may hide a process or a part of one, and what its root lacks is missing") {
  for (const char* path : {"/proc/0", "/proc/1/none", "/proc/sys/none"}) {
    CAPTURE(path);
    CHECK(walk(path).error == EREMOTE);
  }
  CHECK(walk("/proc/none").error == 0);
  CHECK(walk("/proc/none").missing == "none");
  CHECK(walk("/proc/none/more").error == ENOENT);
}

TEST_CASE(
    "live_walks: the walk ends at the root of the process, what is above goes on to that of the mounts") {
  const Scratch scratch;
  scratch.write("jail/etc/passwd", "x");
  REQUIRE(symlink("/../../etc/passwd", scratch.path("jail/out").c_str()) == 0);
  const StagedTarget staged([&] { return chroot(scratch.path("jail").c_str()) == 0 && chdir("/") == 0; });
  SBX_STAGED_OR_RETURN(staged);
  for (const char* path : {"/etc/passwd", "/../../etc/../etc/passwd", "/out"}) {
    const PathWalk met = walk(staged.target(), path);
    CAPTURE(path);
    CHECK(met.error == 0);
    CHECK(met.file->inode == inode_of(scratch.path("jail/etc/passwd")));
    CHECK(met.searched.front().inode == inode_of(scratch.path("jail")));
    CHECK(inodes(met.above) == reversed(parents_of(scratch.path("jail/etc/passwd"))));
  }
}

TEST_CASE("live_walks: above a mount is the parent of the directory that it covers") {
  const Scratch scratch;
  const std::string point = scratch.path("a/point"), bound = scratch.write("b/bound", "x");
  scratch.write("a/point/covered", "x");
  scratch.write("elsewhere/file", "y");
  const StagedTarget staged([&] {
    return mount("t", point.c_str(), "tmpfs", 0, nullptr) == 0 &&
           mkdir((point + "/new").c_str(), 0700) == 0 &&
           mount(scratch.path("elsewhere/file").c_str(), bound.c_str(), nullptr, MS_BIND, nullptr) == 0;
  });
  SBX_STAGED_OR_RETURN(staged);
  const PathWalk inside = walk(staged.target(), point + "/new");
  REQUIRE(inside.above.size() == parents_of(point).size() + 1);
  CHECK(inside.above[0].magic == 0x01021994);
  CHECK(inside.above[0].mount == inside.file->mount);
  CHECK(inside.above[1].inode == inode_of(scratch.path("a")));
  CHECK(inside.above[1].mount != inside.file->mount);
  const PathWalk over = walk(staged.target(), bound);
  CHECK(over.file->inode == inode_of(scratch.path("elsewhere/file")));
  CHECK(inodes(over.above) == reversed(parents_of(bound)));
}

TEST_CASE("live_walks: a mount over a mount is passed as one, whatever it covers") {
  const Scratch scratch;
  const std::string point = scratch.path("point");
  mkdir(point.c_str(), 0755);
  const StagedTarget staged([&] {
    return mount("t", point.c_str(), "tmpfs", 0, nullptr) == 0 &&
           mount("t", point.c_str(), "tmpfs", 0, nullptr) == 0;
  });
  SBX_STAGED_OR_RETURN(staged);
  const PathWalk met = walk(staged.target(), point);
  CHECK(inodes(met.above) == reversed(parents_of(point)));
}

TEST_CASE("live_walks: an ACL is seen, and one on a file system that we do not ask counts as there") {
  const Scratch scratch;
  const std::string file = scratch.write("file", "x");
  // acl(5) in the form of the kernel: version 2, then owner, a user, group, mask, other.
  const unsigned char acl[] = {2, 0,    0,    0,    1,    0,    6,  0, 0xff, 0xff, 0xff, 0xff, 2,    0,   4,
                               0, 0xe8, 3,    0,    0,    4,    0,  4, 0,    0xff, 0xff, 0xff, 0xff, 16,  0,
                               4, 0,    0xff, 0xff, 0xff, 0xff, 32, 0, 4,    0,    0xff, 0xff, 0xff, 0xff};
  if (setxattr(file.c_str(), "system.posix_acl_access", acl, sizeof acl, 0) == 0) {
    CHECK(walk(file).file->acl);
  } else {
    WARN("no ACL could be set here");
  }
  CHECK_FALSE(walk("/proc/version").file->acl);
}

TEST_CASE("live_walks: programs name what runs them, data does not") {
  const Scratch scratch;
  const std::string script = scratch.write("script", "#!/usr/bin/env python3\n");
  CHECK_FALSE(walk(script).interpreter);
  REQUIRE(chmod(script.c_str(), 0755) == 0);
  CHECK(walk(script).interpreter == "/usr/bin/env");
  REQUIRE(mkfifo(scratch.path("fifo").c_str(), 0777) == 0);
  const PathWalk fifo = walk(scratch.path("fifo"));
  CHECK(fifo.error == 0);
  CHECK(S_ISFIFO(fifo.file->mode));
  CHECK_FALSE(fifo.interpreter);
}

TEST_CASE("live_walks: a path as deep as paths can be is walked, or said to be too deep for us") {
  const Scratch scratch;
  std::string path = scratch.path();
  const Fd start(open(path.c_str(), O_PATH | O_CLOEXEC));
  Fd at(openat(start.get(), ".", O_PATH | O_CLOEXEC));
  while (path.size() < 4000) {
    REQUIRE(mkdirat(at.get(), "d", 0755) == 0);
    at = Fd(openat(at.get(), "d", O_PATH | O_CLOEXEC));
    path += "/d";
  }
  const PathWalk met = walk(path);
  CHECK((met.error == 0 || met.error == EMFILE));
  CHECK(met.searched.size() > 900);
}

TEST_CASE("live_walks: a file system that never answers ends the walk there, and the next path is walked") {
  const Scratch scratch;
  const std::string dead = scratch.path("dead"), file = scratch.write("file", "x");
  mkdir(dead.c_str(), 0755);
  SilentFuse fuse;
  StagedTarget staged([&] { return fuse.mount_at(dead); }, [&] { fuse.serve(); });
  SBX_STAGED_OR_RETURN(staged);
  const auto before = std::chrono::steady_clock::now();
  const auto met = walks(staged.target(), {dead + "/a/b", file});
  CHECK(met[0].error == ETIMEDOUT);
  CHECK(inodes(met[0].searched) == parents_of(dead));
  CHECK_FALSE(met[0].file);
  CHECK(met[1].error == 0);
  CHECK(met[1].file->inode == inode_of(file));
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
  staged.end();
  for (int tries = 0; tries < 200 && waitpid(-1, nullptr, WNOHANG) >= 0; ++tries)
    usleep(10'000);
}
