#include "trace/skipped_paths.h"

#include "trace/trace_scene.h"

#include <cerrno>

using namespace sbx;

namespace {

std::vector<std::string> names(const TraceScene& scene) {
  const TraceEvents trace = scene.trace();
  std::vector<std::string> paths;
  for (const SkippedPath& it : skipped_paths(course_of(trace)))
    paths.push_back(it.path);
  return paths;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("skipped_paths: a path that could not be opened before the domain was put on, by name") {
  const TraceEvents trace = TraceScene()
                                .exec(7, "/l")
                                .ruleset(7)
                                .open(7, "/usr", 4)
                                .rule(7, "/usr", 4)
                                .open(7, "/opt/data", -2)
                                .restrict(7)
                                .trace();
  const auto skipped = skipped_paths(course_of(trace));
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0].path == "/opt/data");
  CHECK(skipped[0].error == ENOENT);
  CHECK(skipped[0].call == "openat");
  CHECK(skipped[0].tid == 7);
  CHECK(skipped[0].time == 5000000);
  CHECK(skipped[0].put_on);
}

TEST_CASE("skipped_paths: what was opened after all is not skipped, unless it comes too late") {
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -13).open(7, "/a", 4).restrict(7)).empty());
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -13).restrict(7).open(7, "/a", 4)) == Names{"/a"});
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -2).open(7, "/a/", -2).restrict(7)) == Names{"/a"});
  CHECK(names(TraceScene().exec(7, "/l").fork(7, 8).open(7, "/a", -2).open(8, "/a", 4).restrict(7)) ==
        Names{"/a"});
}

TEST_CASE("skipped_paths: without a domain nothing was skipped") {
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -2).exec(7, "/b")).empty());
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -2).exec(7, "/b").restrict(7)).empty());
}

TEST_CASE("skipped_paths: a domain that was refused skipped its paths, too") {
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -2).restrict(7, -1)) == Names{"/a"});
}

TEST_CASE("skipped_paths: what the parent opened counts for the child that restricts itself") {
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", -2).fork(7, 8).restrict(8).exec(8, "/agent")) ==
        Names{"/a"});
  CHECK(names(TraceScene().exec(7, "/l").fork(7, 8).open(8, "/a", -2).at(8, "exit status=0").restrict(7)) ==
        Names{"/a"});
  CHECK(names(TraceScene().exec(7, "/l").fork(7, 8).exec(8, "/m").open(8, "/a", -2).restrict(7)).empty());
}

TEST_CASE(
    "skipped_paths: a rule that failed is one, and a file's rule that was tried with fewer rights is not") {
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", 4).rule(7, "/a", 4, -22).restrict(7)) == Names{"/a"});
  CHECK(names(TraceScene().exec(7, "/l").open(7, "/a", 4).rule(7, "/a", 4, -22).rule(7, "/a", 4).restrict(7))
            .empty());
  CHECK(
      names(TraceScene().exec(7, "/l").open(7, "/a", 4).rule(7, "/a", 4, -22).open(7, "/a", 5).restrict(7)) ==
      Names{"/a"});
  CHECK(names(TraceScene().exec(7, "/l").rule(7, "", 9, -9).restrict(7)) == Names{"descriptor 9"});
}

TEST_CASE("skipped_paths: names below a directory that is open are told in full") {
  TraceScene scene;
  scene.exec(7, "/l")
      .open(7, "/srv", 5)
      .at(7, "openat ret=-2 args=0x5,0x1,0x200000,0x0 text=./x")
      .restrict(7);
  CHECK(names(scene) == Names{"/srv/x"});
}

TEST_CASE("skipped_paths: a launcher that gives up over a path names it, and put nothing on") {
  const TraceEvents trace =
      TraceScene().exec(7, "/l").ruleset(7).open(7, "/a", -2).at(7, "exit status=256").trace();
  const auto skipped = skipped_paths(course_of(trace));
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0].path == "/a");
  CHECK_FALSE(skipped[0].put_on);
}

TEST_CASE("skipped_paths: some open without O_PATH, while their ruleset is being made") {
  TraceScene scene;
  scene.exec(7, "/l").ruleset(7).at(7, "open ret=-2 args=0x5581,0x88000,0x0 text=/opt/data").restrict(7);
  CHECK(names(scene) == Names{"/opt/data"});
}
