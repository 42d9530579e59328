#include "files/root_view.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string self = "self mnt=21 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/\n";
const RootFacts from_host{false, true}, in_host{true, true}, elsewhere{false, false};

std::string thread(int tid, const std::string& root, const std::string& outside = "0") {
  return "root " + std::to_string(tid) + " " + root + "\ncwd " + std::to_string(tid) +
         " mnt=1 dev=0:1 inode=1 outside=" + outside + "\n";
}

const std::string host_root = "mnt=31 dev=8:1 inode=2 magic=0xef53 ro=0 above=0 path=/",
                  own_root = "mnt=32 dev=0:52 inode=1 magic=0x794c7630 ro=1 above=0 path=/",
                  jail = "mnt=21 dev=8:1 inode=99 magic=0xef53 ro=0 above=2 path=/srv/jail",
                  hidden = "mnt=21 dev=8:1 inode=99 magic=0xef53 ro=0 above=!EXDEV path=/";

struct View {
  Roots roots;
  RootView view;
  View(const std::string& text, const RootFacts& facts, const std::string& end = "settled",
       const std::set<std::int64_t>& exited = {}) {
    auto parsed = parse_roots(self + text + "end " + end + "\n");
    REQUIRE(parsed);
    roots = std::move(*parsed);
    view = view_roots(roots, exited, facts);
  }
};

std::optional<RootKind> kind(const std::string& text, const RootFacts& facts,
                             const std::string& end = "settled") {
  return View(text, facts, end).view.kind;
}

} // namespace

TEST_CASE("root_view: the host's root, a chroot, a root of its own") {
  CHECK(kind(thread(1, host_root), from_host) == RootKind::host);
  CHECK(kind(thread(1, own_root), from_host) == RootKind::pivoted);
  CHECK(kind(thread(1, jail), from_host) == RootKind::chroot);
  CHECK(kind(thread(1, jail), in_host) == RootKind::chroot);
}

TEST_CASE("root_view: the root of the host's namespace is the host's whatever the inspector has") {
  CHECK(kind(thread(1, own_root), {true, false}) == RootKind::host);
}

TEST_CASE("root_view: without the host's root to compare with, a root is not called its own") {
  CHECK(kind(thread(1, own_root), elsewhere) == std::nullopt);
  CHECK(kind(thread(1, host_root), elsewhere) == std::nullopt);
  CHECK(kind(thread(1, jail), elsewhere) == RootKind::chroot);
  CHECK_FALSE(View(thread(1, own_root), elsewhere).view.unseen.empty());
}

TEST_CASE("root_view: the weakest thread decides") {
  const View mixed(thread(1, own_root) + thread(2, jail), from_host);
  CHECK(mixed.view.kind == RootKind::chroot);
  CHECK(mixed.view.differs);
  CHECK(mixed.view.weakest->tid == 2);
  CHECK(mixed.view.read_only == false);
  const View same(thread(1, own_root) + "same 2 1\n", from_host);
  CHECK(same.view.kind == RootKind::pivoted);
  CHECK_FALSE(same.view.differs);
  CHECK(same.view.read_only == true);
}

TEST_CASE("root_view: a thread that was not seen leaves the kind open, unless another has the host's root") {
  CHECK(kind(thread(1, own_root) + thread(2, "!EACCES"), from_host) == std::nullopt);
  CHECK(kind(thread(1, host_root) + thread(2, "!EACCES"), from_host) == RootKind::host);
  CHECK(kind(thread(1, hidden), from_host) == std::nullopt);
  CHECK(kind(thread(1, own_root), from_host, "moving") == std::nullopt);
  CHECK(kind(thread(1, own_root), from_host, "!ETIMEDOUT") == std::nullopt);
  CHECK(View(thread(1, own_root) + thread(2, "!EACCES"), from_host).view.read_only == std::nullopt);
  CHECK(View(thread(1, own_root), from_host, "moving").view.cwd_outside == std::nullopt);
}

TEST_CASE("root_view: exited threads count for nothing") {
  const View view(thread(1, "!EACCES") + thread(2, own_root), from_host, "settled", {1});
  CHECK(view.view.kind == RootKind::pivoted);
  CHECK(View(thread(1, own_root), from_host, "settled", {1}).view.kind == std::nullopt);
}

TEST_CASE("root_view: a working directory outside is seen, and one that was not seen is not inside") {
  CHECK(View(thread(1, own_root), from_host).view.cwd_outside == false);
  const View outside(thread(1, own_root) + thread(2, own_root, "1"), from_host);
  CHECK(outside.view.cwd_outside == true);
  CHECK(outside.view.outside == std::vector<std::int64_t>{2});
  CHECK(View(thread(1, own_root, "!EXDEV"), from_host).view.cwd_outside == std::nullopt);
  CHECK(View("root 1 " + own_root + "\ncwd 1 !EACCES\n", from_host).view.cwd_outside == std::nullopt);
  CHECK(View("root 1 " + own_root + "\ncwd 1 !ENOENT\n", from_host).view.cwd_outside == false);
}
