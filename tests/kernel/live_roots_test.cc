#include "kernel/live_roots.h"

#include "kernel/live_directories.h"
#include "kernel/living_task.h"
#include "parse/directories.h"
#include "parse/mountinfo.h"
#include "parse/roots.h"
#include "scratch.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <sys/sysmacros.h>

using namespace sbx;

namespace {

Roots roots(const ProcTarget& target) {
  const Reading text = read_roots(target);
  INFO((text ? *text : text.error().detail));
  REQUIRE(text);
  auto parsed = parse_roots(*text);
  INFO((parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  return std::move(*parsed);
}

std::vector<Directory> directories(const ProcTarget& target, const std::vector<std::string>& paths) {
  const Reading text = read_directories(target, paths);
  INFO((text ? *text : text.error().detail));
  REQUIRE(text);
  auto parsed = parse_directories(*text);
  REQUIRE(parsed);
  REQUIRE(parsed->size() == paths.size());
  return std::move(*parsed);
}

} // namespace

TEST_CASE(
    "live_roots: of this process, the root is that of stat(2), and the directory it works in is below") {
  const auto self = ProcTarget::self();
  REQUIRE(self);
  const Roots found = roots(*self);
  struct stat root {};
  REQUIRE(stat("/", &root) == 0);
  CHECK(found.settled);
  REQUIRE(found.tasks.front().root);
  CHECK(found.tasks.front().root->major == major(root.st_dev));
  CHECK(found.tasks.front().root->inode == root.st_ino);
  CHECK(found.self->inode == root.st_ino);
  CHECK(found.tasks.front().cwd->outside == false);
}

TEST_CASE("live_roots: a chroot has directories above it, and one that was left behind is outside") {
  const Scratch scratch;
  scratch.write("a/b/file", "x");
  const StagedTarget inside([&] { return chroot(scratch.path("a/b").c_str()) == 0 && chdir("/") == 0; });
  SBX_STAGED_OR_RETURN(inside);
  const Roots found = roots(inside.target());
  REQUIRE(found.tasks.front().root);
  CHECK(found.tasks.front().root->above.value() >= 2);
  CHECK(found.tasks.front().root->path == scratch.path("a/b"));
  CHECK(found.tasks.front().cwd->outside == false);

  const StagedTarget outside(
      [&] { return chdir(scratch.path("a").c_str()) == 0 && chroot(scratch.path("a/b").c_str()) == 0; });
  SBX_STAGED_OR_RETURN(outside);
  CHECK(roots(outside.target()).tasks.front().cwd->outside == true);
}

TEST_CASE("live_roots: a chroot into a directory of a process that is gone is one, as Chromium's") {
  const StagedTarget staged([] {
    const pid_t child = fork();
    if (child == 0)
      while (true)
        pause();
    const std::string dir = "/proc/" + std::to_string(child) + "/fdinfo";
    const bool inside = chroot(dir.c_str()) == 0 && chdir("/") == 0;
    return kill(child, SIGKILL) == 0 && waitpid(child, nullptr, 0) == child && inside;
  });
  SBX_STAGED_OR_RETURN(staged);
  const Roots found = roots(staged.target());
  REQUIRE(found.tasks.front().root);
  CHECK(found.tasks.front().root->above.value() >= 1);
  CHECK(found.tasks.front().cwd->outside == false);
}

TEST_CASE("live_roots: mounts that stand still are settled") {
  const StagedTarget staged([] { return true; });
  SBX_STAGED_OR_RETURN(staged);
  const Reading text = read_mountinfo(staged.target());
  REQUIRE(text);
  CHECK(parse_mounts_settled(*text) == true);
}

TEST_CASE("live_roots: a process that is gone has none") {
  StagedTarget staged([] { return true; });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  staged.end();
  CHECK_FALSE(read_roots(target));
}

TEST_CASE("live_directories: the names of a directory and what they are, links not followed") {
  const Scratch scratch;
  scratch.write("dir/file", "x");
  scratch.write("dir/a b\n!", "x");
  REQUIRE(symlink("file", scratch.path("dir/link").c_str()) == 0);
  const auto self = ProcTarget::self();
  REQUIRE(self);
  const auto found = directories(*self, {scratch.path("dir"), scratch.path("gone"), scratch.path("dir/file"),
                                         scratch.path("dir/link"), "/dev"});
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : found[0].entries)
    names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"a b\n!", "file", "link"});
  CHECK(found[0].error == 0);
  CHECK(found[1].error == ENOENT);
  CHECK(found[2].error == ENOTDIR);
  CHECK((found[3].error == ELOOP || found[3].error == ENOTDIR));
  const auto null = std::find_if(found[4].entries.begin(), found[4].entries.end(),
                                 [](const DirectoryEntry& entry) { return entry.name == "null"; });
  REQUIRE(null != found[4].entries.end());
  CHECK(S_ISCHR(null->mode));
  CHECK(null->rdev_major == 1);
  CHECK(null->rdev_minor == 3);
}

TEST_CASE("live_directories: a directory of very many names is cut, and says so") {
  const Scratch scratch;
  for (int i = 0; i < 1100; ++i)
    scratch.write("many/" + std::to_string(i), "");
  const auto self = ProcTarget::self();
  REQUIRE(self);
  const auto found = directories(*self, {scratch.path("many")});
  CHECK(found[0].cut);
  CHECK(found[0].entries.size() == 1024);
}
