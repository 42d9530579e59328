#include "trace/course.h"

#include "trace/trace_scene.h"

using namespace sbx;

TEST_CASE("course: a child has its parent's program until it executes a file") {
  const TraceEvents trace =
      TraceScene().exec(1, "/a").fork(1, 2).at(2, "chroot ret=0 args=0x1").exec(2, "/b").restrict(1).trace();
  const Course course = course_of(trace);
  REQUIRE(course.steps.size() == 5);
  CHECK(course.steps[1].child == 1u);
  CHECK(course.steps[2].process == 1);
  CHECK(course.steps[2].image == course.steps[0].image);
  CHECK(course.steps[3].image != course.steps[0].image);
  CHECK(course.steps[4].image == course.steps[0].image);
  CHECK(course.processes[1].parent == 0u);
  REQUIRE(course.processes[1].execs.size() == 1);
  CHECK(course.processes[1].execs[0].file == "/b");
}

TEST_CASE("course: a number that is given anew is another process") {
  const TraceEvents trace =
      TraceScene().exec(1, "/a").fork(1, 2).at(2, "exit status=9").fork(1, 2).at(2, "exit status=0").trace();
  const Course course = course_of(trace);
  REQUIRE(course.processes.size() == 3);
  CHECK(course.processes[1].exit == 9u);
  CHECK(course.processes[2].exit == 0u);
  CHECK(course.steps[4].process == 2);
}

TEST_CASE("course: a process has ended when its last thread has") {
  TraceScene scene;
  scene.exec(1, "/a").at(1, "fork child=5 child_tgid=1").at(1, "exit status=0");
  CHECK_FALSE(course_of(scene.trace()).processes[0].exit.has_value());
  scene.of(5, 1, "exit status=256");
  const TraceEvents trace = scene.trace();
  const Course course = course_of(trace);
  CHECK(course.processes.size() == 1);
  CHECK(course.processes[0].exit == 256u);
}

TEST_CASE("course: events that came out of order are put by their times") {
  auto trace = TraceScene().exec(1, "/a").fork(1, 2).exec(2, "/b").trace();
  std::swap(trace.events[1], trace.events[2]);
  const Course course = course_of(trace);
  REQUIRE(course.processes.size() == 2);
  CHECK(course.processes[1].parent == 0u);
}

TEST_CASE("course: the kernel's word that no thread is left ends a process whose threads were not all seen "
          "to end") {
  TraceScene scene;
  scene.exec(1, "/a").at(1, "fork child=5 child_tgid=1").at(1, "exit status=0 last=1");
  CHECK(course_of(scene.trace()).processes[0].exit == 0u);
}
