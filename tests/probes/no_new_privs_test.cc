#include "probes/no_new_privs.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

Finding of(FakeKernel& kernel) {
  Witness witness(kernel);
  return no_new_privs(witness);
}

Finding of(std::initializer_list<std::string> statuses, bool settled = true) {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_status, tasks_text(statuses, settled));
  return of(kernel);
}

const std::string set = "NoNewPrivs:\t1\n", unset = "NoNewPrivs:\t0\n";

} // namespace

TEST_CASE("no_new_privs: set on every thread is enforced") {
  const Finding finding = of({set, set});
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims() == Claims{{"tasks_set", 2}, {"tasks_total", 2}});
  CHECK(finding.sources() == std::vector<std::string>{"target/tasks/status"});
}

TEST_CASE("no_new_privs: seen to be off is absent") {
  CHECK(of({unset}).state() == State::absent);
  CHECK(of({unset}).claims()["tasks_set"] == 0);
}

TEST_CASE("no_new_privs: one thread without it makes it partial, whichever thread that is") {
  CHECK(of({unset, set, set}).state() == State::partial);
  CHECK(of({set, set, unset}).state() == State::partial);
  CHECK(of({set, set, unset}).claims() == Claims{{"tasks_set", 2}, {"tasks_total", 3}});
}

TEST_CASE("no_new_privs: what we may not read is unknown, never absent") {
  FakeKernel kernel;
  kernel.fail(source::target_tasks_status, EACCES);
  const Finding finding = of(kernel);
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::denied);
  CHECK(finding.claims()["tasks_set"].is_null());
}

TEST_CASE("no_new_privs: one thread that could not be read leaves the whole unknown") {
  const Finding finding = of({set, "Errno:\tEACCES\n"});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->detail.find("thread 101") != std::string::npos);
  CHECK(finding.claims() == Claims{{"tasks_set", 1}, {"tasks_total", 2}});
}

TEST_CASE("no_new_privs: a kernel that does not print it leaves it unknown, not off") {
  const Finding finding = of({"Seccomp:\t2\n"});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::unsupported);
  CHECK(finding.claims()["tasks_set"].is_null());
}

TEST_CASE("no_new_privs: a value that makes no sense is malformed") {
  CHECK(of({"NoNewPrivs:\t7\n"}).gap()->kind == GapKind::malformed);
  CHECK(of({"NoNewPrivs:\t1\nNoNewPrivs:\t1\n"}).gap()->kind == GapKind::malformed);
}

TEST_CASE("no_new_privs: threads that come faster than they can be read leave it unknown") {
  CHECK(of({set}, false).state() == State::unknown);
  CHECK(of({set}, false).gap()->kind == GapKind::not_attempted);
}

TEST_CASE("no_new_privs: an exited thread beside a running one counts for nothing") {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_status,
                "Listing:\tsettled\nTask:\t1\nState:\tZ (zombie)\nNoNewPrivs:\t0\n"
                "Task:\t2\nState:\tR (running)\nNoNewPrivs:\t1\n");
  CHECK(of(kernel).state() == State::enforced);
}

TEST_CASE("no_new_privs: a zombie shows what it last had") {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_status,
                "Listing:\tsettled\nTask:\t1\nState:\tZ (zombie)\nNoNewPrivs:\t1\n");
  CHECK(of(kernel).state() == State::enforced);
}
