#include "probes/seccomp.h"

#include "fake_kernel.h"
#include "seccomp/programs.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/ranges.h>
#include <vector>

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

TEST_CASE(
    "seccomp: filters on every thread, whose programs were not read: unknown, for they may refuse nothing") {
  const Finding finding = of({filters(3), filters(2)});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["mode"] == "filter");
  CHECK(finding.claims()["filters"] == 2); // the fewest count
  CHECK(finding.claims()["tasks_filtered"] == 2);
  CHECK(finding.claims()["tasks_total"] == 2);
  CHECK(finding.claims()["denied"].is_null());
  CHECK(finding.claims()["not_read"].is_string());
  CHECK(finding.summary() == "2 to 3 filters, on every one of 2 threads; what they refuse was not read");
}

namespace {

// Two threads, each under `programs`: number of the newest filter for each.
Finding decoded(const std::vector<std::string>& filter_lines, std::initializer_list<int> newest) {
  FakeKernel kernel;
  std::string statuses, tasks;
  std::vector<std::string> each;
  int tid = 100;
  for (const int filter : newest) {
    tasks += fmt::format("task {} start=1 mode={} filter={} count={} exited=0\n", tid++, filter == 0 ? 0 : 2,
                         filter, filter);
    each.push_back(filter == 0 ? none : filters(filter));
  }
  kernel.answer(source::target_tasks_status,
                newest.size() == 1 ? tasks_text({each[0]}) : tasks_text({each[0], each[1]}));
  kernel.answer(source::target_seccomp, fmt::format("settled yes\n{}{}", tasks, fmt::join(filter_lines, "")));
  kernel.answer(source::host_machine, "x86_64");
  return of(kernel);
}

} // namespace

TEST_CASE("seccomp: filters that were read and refuse something are enforced, with what they refuse") {
  const Finding finding = decoded(
      {bpf::lines(1, 0, bpf::refuses_number(41)), bpf::lines(2, 1, bpf::refuses_number(250))}, {2, 2});
  CHECK(finding.state() == State::enforced);
  CHECK(finding.summary().starts_with("2 filters, on every one of 2 threads; refuse 2 of "));
  CHECK(finding.claims()["denied"] == Claims{"socket", "keyctl"});
  CHECK(finding.claims()["default_action"] == "allow");
  CHECK(finding.claims()["filter_list"].size() == 2);
  CHECK(finding.claims()["filter_list"][1]["previous"] == 1);
  CHECK(finding.claims()["chain_list"].size() == 1);
  CHECK(finding.claims()["chain_list"][0]["filters"] == Claims{2, 1});
  CHECK(finding.claims()["architectures"]["i386"]["denied"].size() == 2); // by number
  CHECK(finding.claims()["read_by"] == "bpf");
}

TEST_CASE("seccomp: filters that allow or log everything are partial: they refuse nothing") {
  const Finding finding =
      decoded({bpf::lines(1, 0, {bpf::give(bpf::allow)}), bpf::lines(2, 1, {bpf::give(bpf::log)})}, {2});
  CHECK(finding.state() == State::partial);
  CHECK(finding.summary() == "2 filters, on its one thread, which refuse nothing");
  CHECK(decoded({bpf::lines(1, 0, {bpf::give(bpf::notify)})}, {1}).state() == State::enforced);
}

TEST_CASE("seccomp: threads under different filters have what the weakest has, and a warning") {
  const Finding finding = decoded(
      {bpf::lines(1, 0, bpf::refuses_number(41)), bpf::lines(2, 1, bpf::refuses_number(250))}, {2, 1});
  CHECK(finding.claims()["denied"] == Claims{"socket"});
  CHECK(finding.claims()["chain_list"].size() == 2);
  const auto has = [&](const char* id) {
    const auto& warnings = finding.claims()["warnings"];
    return std::any_of(warnings.begin(), warnings.end(), [&](const Claims& it) { return it["id"] == id; });
  };
  CHECK(has("seccomp.threads_differ"));
  CHECK(has("seccomp.no_arch_check"));
  CHECK_FALSE(has("seccomp.threads_outside"));
  const Finding free = decoded({bpf::lines(1, 0, bpf::refuses_number(41))}, {1, 0});
  CHECK(free.state() == State::partial);
  CHECK(free.claims()["denied"].empty());
}

TEST_CASE("seccomp: a program that no kernel would take was misread: unknown") {
  const Finding finding = decoded({bpf::lines(1, 0, {bpf::give(bpf::allow), {0xff, 0, 0, 0}})}, {1});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::malformed);
}

TEST_CASE("seccomp: answers that contradict the kernel's own are no answers") {
  std::string wrong(128, '0');
  wrong[0] = '1'; // read(2), bit 4 of the first byte is number 4, stat
  const Finding finding =
      decoded({bpf::lines(1, 0, {bpf::give(bpf::fails(1))}, "native=" + wrong + " compat=-")}, {1});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::malformed);
  CHECK(finding.gap()->detail == "the kernel lets stat of x86_64 through, which its filters do not");
}

TEST_CASE("seccomp: strict mode is enforced and needs no filter") {
  CHECK(of({strict}).state() == State::enforced);
  CHECK(of({strict}).claims()["mode"] == "strict");
}

TEST_CASE("seccomp: no filter on any thread is absent") {
  CHECK(of({none, none}).state() == State::absent);
  CHECK(of({none}).claims()["mode"] == "disabled");
  CHECK(of({none}).claims()["filters"] == 0);
  CHECK(of({none}).claims()["denied"] == Claims::array());
  CHECK(of({none}).claims()["default_action"] == "allow");
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
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["mode"] == "filter");
  CHECK(finding.claims()["filters"].is_null());
}

TEST_CASE("seccomp: what the weakest has is not claimed while a thread was not seen") {
  const Finding finding = of({filters(3), "Errno:\tEACCES\n"});
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["mode"].is_null());
  CHECK(finding.claims()["filters"].is_null());
  CHECK(finding.claims()["tasks_filtered"] == 1);
}

TEST_CASE("seccomp: a mode of a future kernel is unknown") {
  CHECK(of({"Seccomp:\t7\n"}).state() == State::unknown);
  CHECK(of({filters(1), "Seccomp:\t7\n"}).state() == State::unknown);
}

TEST_CASE("seccomp: a count that is no number is malformed") {
  CHECK(of({"Seccomp:\t2\nSeccomp_filters:\t-1\n"}).gap()->kind == GapKind::malformed);
}

namespace {

Finding tried(const std::string& answers, const char* vantage = "self") {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_status, tasks_text({filters(1)}));
  kernel.fail(source::target_seccomp, EPERM, "bpf(2) was refused");
  kernel.answer(source::target_identity,
                fmt::format("vantage {}\npid 100\nstart_ticks 1\nboot_id x\nexited no\n", vantage));
  kernel.answer(source::self_seccomp, answers);
  kernel.answer(source::host_machine, "x86_64");
  return of(kernel);
}

} // namespace

TEST_CASE("seccomp: from inside, what the inspector was refused proves that the filters refuse something") {
  const Finding finding = tried("unassigned !ENOSYS\nkeyctl !EPERM\nsetns killed\nconnect !EBADF\n");
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["proved_denied"] == Claims{"keyctl", "setns"});
  CHECK(finding.claims()["denied"].is_null());
  CHECK(tried("unassigned !ENOSYS\nkeyctl !EOPNOTSUPP\n").state() == State::unknown);
  CHECK(tried("keyctl !EPERM\n", "observer").state() == State::unknown); // it says nothing about others
}
