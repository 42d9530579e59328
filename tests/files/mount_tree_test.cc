#include "files/mount_tree.h"

#include <catch2/catch.hpp>

#include <chrono>

using namespace sbx;

namespace {

Mount mount(std::uint64_t id, std::uint64_t parent, std::string point) {
  Mount it;
  it.id = id;
  it.parent = parent;
  it.root = "/";
  it.point = std::move(point);
  return it;
}

// The ids of those that are reached.
std::vector<std::uint64_t> reached(const std::vector<Mount>& mounts) {
  const MountTree tree(mounts);
  std::vector<std::uint64_t> ids;
  for (std::size_t i = 0; i < mounts.size(); ++i)
    if (tree.reached(i))
      ids.push_back(mounts[i].id);
  return ids;
}

using Ids = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("mount_tree: mounts beside each other are all reached") {
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/proc"), mount(22, 20, "/a"), mount(23, 22, "/a/b"),
                 mount(24, 20, "/a-b")}) == Ids{20, 21, 22, 23, 24});
  CHECK(reached({}).empty());
}

TEST_CASE("mount_tree: what a later mount covers is not reached") {
  // Over the same point, and over a directory on the way.
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/a"), mount(22, 21, "/a")}) == Ids{20, 22});
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/a"), mount(22, 21, "/a"), mount(23, 21, "/a/b")}) ==
        Ids{20, 22});
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/a/b"), mount(22, 20, "/a")}) == Ids{20, 22});
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/a/b"), mount(22, 21, "/a/b/c"), mount(23, 20, "/a")}) ==
        Ids{20, 23});
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/a"), mount(22, 21, "/a"), mount(23, 22, "/a"),
                 mount(24, 23, "/a/b")}) == Ids{20, 23, 24});
}

TEST_CASE("mount_tree: what is mounted over the root of the process hides nothing of it") {
  CHECK(reached({mount(20, 1, "/"), mount(21, 20, "/a"), mount(22, 20, "/"), mount(23, 22, "/b")}) ==
        Ids{20, 21, 22, 23});
}

TEST_CASE("mount_tree: in a chroot the mount that the root is in is not listed") {
  const std::vector<Mount> mounts{mount(31, 20, "/proc"), mount(32, 20, "/dev"), mount(33, 32, "/dev/pts")};
  CHECK(reached(mounts) == Ids{31, 32, 33});
  CHECK(MountTree(mounts).orphans() == 0);
}

TEST_CASE("mount_tree: a root that is its own parent is the start") {
  CHECK(reached({mount(1, 1, "/"), mount(20, 1, "/a")}) == Ids{1, 20});
}

TEST_CASE("mount_tree: a mount whose parent is missing tells that the list is torn") {
  const std::vector<Mount> torn{mount(20, 1, "/"), mount(21, 20, "/a"), mount(22, 99, "/b/c")};
  CHECK(MountTree(torn).orphans() == 1);
  const std::vector<Mount> whole{mount(20, 1, "/"), mount(21, 20, "/a"), mount(22, 21, "/a/c")};
  CHECK(MountTree(whole).orphans() == 0);
}

TEST_CASE("mount_tree: cycles and doubled ids, which no kernel makes, end") {
  CHECK(reached({mount(20, 1, "/"), mount(21, 22, "/a"), mount(22, 21, "/b")}) == Ids{20});
  CHECK(reached({mount(20, 20, "/"), mount(20, 20, "/"), mount(20, 1, "/a")}).size() <= 3);
  CHECK(reached({mount(1, 2, "/"), mount(2, 1, "/")}).size() <= 2);
}

TEST_CASE("mount_tree: a mount is found by its id") {
  const std::vector<Mount> mounts{mount(20, 1, "/"), mount(21, 20, "/a")};
  const MountTree tree(mounts);
  CHECK(tree.by_id(21) == &mounts[1]);
  CHECK(tree.by_id(1) == nullptr);
}

TEST_CASE("mount_tree: paths are below others by whole names") {
  CHECK(is_below("/a/b", "/a"));
  CHECK(is_below("/a", "/a"));
  CHECK(is_below("/a", "/"));
  CHECK_FALSE(is_below("/ab", "/a"));
  CHECK_FALSE(is_below("/a", "/a/b"));
  CHECK(path_before("/a", "/a/b"));
  CHECK(path_before("/a/b", "/a-b"));
  CHECK_FALSE(path_before("/a-b", "/a/b"));
  CHECK_FALSE(path_before("/a", "/a"));
}

TEST_CASE("mount_tree: many mounts, deep and side by side, take no quadratic time") {
  std::vector<Mount> mounts{mount(1, 0, "/")};
  std::string deep;
  for (int i = 0; i < 2000; ++i)
    deep += "/a";
  for (std::uint64_t i = 2; i < 3000; ++i)
    mounts.push_back(mount(i, 1, deep + std::to_string(i)));
  for (std::uint64_t i = 3000; i < 20000; ++i)
    mounts.push_back(mount(i, i - 1, "/same"));
  mounts[2999].parent = 1;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(reached(mounts).size() == 2999 + 1);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}
