#include "probes/seccomp.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

Finding of(FakeKernel& kernel) {
  Witness witness(kernel);
  return seccomp(witness);
}

Finding of(std::initializer_list<std::string> statuses) {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_status, tasks_text(statuses));
  return of(kernel);
}

std::string filters(int count) { return "Seccomp:\t2\nSeccomp_filters:\t" + std::to_string(count) + "\n"; }
const std::string none = "Seccomp:\t0\nSeccomp_filters:\t0\n", strict = "Seccomp:\t1\nSeccomp_filters:\t0\n";

} // namespace

TEST_CASE("seccomp: a filter on every thread is enforced, and the fewest count") {
  const Finding finding = of({filters(3), filters(2)});
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims() ==
        Claims{{"mode", "filter"}, {"filters", 2}, {"tasks_filtered", 2}, {"tasks_total", 2}});
  CHECK(finding.summary() == "2 to 3 filters, on every one of 2 threads");
}

TEST_CASE("seccomp: strict mode is enforced and needs no filter") {
  CHECK(of({strict}).state() == State::enforced);
  CHECK(of({strict}).claims()["mode"] == "strict");
}

TEST_CASE("seccomp: no filter on any thread is absent") {
  CHECK(of({none, none}).state() == State::absent);
  CHECK(of({none}).claims() ==
        Claims{{"mode", "disabled"}, {"filters", 0}, {"tasks_filtered", 0}, {"tasks_total", 1}});
}

TEST_CASE("seccomp: a thread without a filter makes it partial though the leader has one") {
  const Finding finding = of({filters(1), none});
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["mode"] == "disabled");
  CHECK(finding.claims()["tasks_filtered"] == 1);
  CHECK(finding.remedy());
}

TEST_CASE("seccomp: a status we may not read is unknown, never absent") {
  FakeKernel kernel;
  kernel.fail(source::target_tasks_status, EPERM);
  CHECK(of(kernel).state() == State::unknown);
  CHECK(of(kernel).claims()["filters"].is_null());
}

TEST_CASE("seccomp: a kernel that prints no mode leaves it unknown") {
  CHECK(of({"NoNewPrivs:\t1\n"}).gap()->kind == GapKind::unsupported);
}

TEST_CASE("seccomp: a kernel that prints no count still shows the mode, and the count is not 0") {
  const Finding finding = of({"Seccomp:\t2\n"});
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["filters"].is_null());
}

TEST_CASE("seccomp: what the weakest has is not claimed while a thread was not seen") {
  const Finding finding = of({filters(3), "Errno:\tEACCES\n"});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims() ==
        Claims{{"mode", nullptr}, {"filters", nullptr}, {"tasks_filtered", 1}, {"tasks_total", 2}});
}

TEST_CASE("seccomp: a mode of a future kernel is unknown") {
  CHECK(of({"Seccomp:\t7\n"}).state() == State::unknown);
  CHECK(of({filters(1), "Seccomp:\t7\n"}).state() == State::unknown);
}

TEST_CASE("seccomp: a count that is no number is malformed") {
  CHECK(of({"Seccomp:\t2\nSeccomp_filters:\t-1\n"}).gap()->kind == GapKind::malformed);
}
