#include "trace/path_attempts.h"

#include "trace/trace_scene.h"

#include <cerrno>

using namespace sbx;
using Outcome = PathAttempt::Outcome;

namespace {

PathAttempt attempt(const TraceScene& scene, const std::string& path) {
  return path_attempts(scene.trace(), {path})[0];
}

} // namespace

TEST_CASE("path_attempts: added, with all that was granted, whatever was tried afterwards") {
  TraceScene scene;
  scene.exec(7, "/l")
      .open(7, "/usr/", 4)
      .rule(7, "/usr", 4, 0, "0x4")
      .rule(7, "/usr", 4, 0, "0x8")
      .open(7, "/usr", -2);
  const PathAttempt added = attempt(scene, "/usr");
  CHECK(added.outcome == Outcome::added);
  CHECK(added.access == 12);
  CHECK(added.tid == 7);
  CHECK(path_attempt_words(added) == "rule added: read_file,read_dir");
}

TEST_CASE("path_attempts: a link counts by the name it was opened by") {
  TraceScene scene;
  scene.exec(7, "/l").open(7, "/lib", 4).rule(7, "/usr/lib", 4);
  CHECK(attempt(scene, "/lib").outcome == Outcome::added);
  CHECK(attempt(scene, "/usr/lib").outcome == Outcome::added);
}

TEST_CASE("path_attempts: a parent's descriptors are its child's") {
  CHECK(attempt(TraceScene().exec(7, "/l").open(7, "/lib", 4).fork(7, 8).rule(8, "", 4), "/lib").outcome ==
        Outcome::added);
}

TEST_CASE("path_attempts: refused, not opened, opened for nothing, and never") {
  TraceScene scene;
  scene.exec(7, "/l").open(7, "/a", 4).rule(7, "/a", 4, -22).open(7, "/b", -13).open(7, "/c", 5);
  const auto attempts = path_attempts(scene.trace(), {"/a", "/b", "/c", "/d"});
  REQUIRE(attempts.size() == 4);
  CHECK(attempts[0].outcome == Outcome::refused);
  CHECK(attempts[0].error == EINVAL);
  CHECK(attempts[1].outcome == Outcome::not_opened);
  CHECK(attempts[1].error == EACCES);
  CHECK(path_attempt_words(attempts[1]) == "not opened: EACCES");
  CHECK(attempts[2].outcome == Outcome::opened);
  CHECK(attempts[3].outcome == Outcome::never);
}

TEST_CASE("path_attempts: where the trace has holes, never is not said") {
  TraceScene scene;
  scene.exec(7, "/l").open(7, "/b", -13);
  CHECK(attempt(TraceScene(scene).lost(1, 0, 0), "/d").outcome == Outcome::unseen);
  CHECK(attempt(TraceScene(scene).missing("landlock_add_rule"), "/d").outcome == Outcome::unseen);
  CHECK(attempt(TraceScene(scene).missing("capset"), "/d").outcome == Outcome::never);
  CHECK(attempt(TraceScene(scene).lost(1, 0, 0), "/b").outcome == Outcome::not_opened);
}
