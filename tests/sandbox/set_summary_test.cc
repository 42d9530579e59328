#include "sandbox/set_summary.h"

#include "sandbox/machine.h"

#include <algorithm>

using namespace sbx;

namespace {

SetSummary summary(const std::vector<Row>& rows, const LandlockLayers* layers = nullptr) {
  const auto table = table_of(rows);
  std::vector<std::int64_t> pids;
  for (const Process& it : table->all())
    pids.push_back(it.pid);
  return summary_of(*table, host(), set_of(*table, pids), layers);
}

// "with/partly/without/unseen"
std::string share(const Share& it) {
  return std::to_string(it.with) + "/" + std::to_string(it.partly) + "/" + std::to_string(it.without) + "/" +
         std::to_string(it.unseen);
}

std::string fence(const SetSummary& of, Fence fence) {
  const auto it =
      std::find_if(of.fences.begin(), of.fences.end(), [&](const auto& one) { return one.first == fence; });
  return it == of.fences.end() ? "?" : share(it->second);
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("set_summary: of how many processes each thing is, on every thread, on some or on none") {
  const SetSummary of = summary(
      {row(10, 1).seccomp().no_new_privs().container_ns(1, "10\t1"), row(11, 10).container_ns(1, "11\t2"),
       row(20, 10).container_ns(1, "20\t3").threads(3).thread(21, "Seccomp:\t2\n").without_caps(),
       row(30, 10).hidden()});
  CHECK(of.processes == 4);
  CHECK(of.exited == 0);
  CHECK(of.threads == 6);
  CHECK(fence(of, Fence::seccomp) == "1/1/1/1");
  CHECK(fence(of, Fence::no_new_privs) == "1/0/2/1");
  CHECK(fence(of, Fence::mnt_ns) == "3/0/0/1");
  CHECK(fence(of, Fence::user_ns) == "0/0/3/1");
  CHECK(of.fences.size() == fences.size());
}

TEST_CASE("set_summary: capabilities of every thread") {
  CHECK(share(summary({row(10, 1).without_caps(), row(11, 10)}).without_capabilities) == "1/0/1/0");
  CHECK(share(summary({row(10, 1).without_caps().threads(2).thread(11, "CapEff:\t0000000000000001\n")})
                  .without_capabilities) == "0/1/0/0");
  CHECK(share(summary({row(10, 1).without_caps().threads(2).refused_thread(11)}).without_capabilities) ==
        "0/0/0/1");
  CHECK(share(summary({row(10, 1).line("CapEff", "-")}).without_capabilities) == "0/0/0/1");
}

TEST_CASE("set_summary: threads that were not read leave it unseen, unless those that were differ") {
  CHECK(fence(summary({row(10, 1).seccomp().line("Threads", "2")}), Fence::seccomp) == "0/0/0/1");
  CHECK(fence(summary({row(10, 1).line("Threads", "2")}), Fence::seccomp) == "0/0/0/1");
  CHECK(fence(summary({row(10, 1).threads(3).thread(11, "Seccomp:\t2\n").refused_thread(12)}),
              Fence::seccomp) == "0/1/0/0");
}

TEST_CASE("set_summary: Landlock's layers, of every thread that there is") {
  const std::vector<Row> rows{row(10, 1), row(20, 10).threads(2)};
  const LandlockLayers all{{10, 2}, {20, 1}, {21, 3}}, part{{10, 2}, {20, 1}},
      mixed{{10, 0}, {20, 0}, {21, 1}}, none{{10, 0}, {20, 0}, {21, 0}};
  const auto of = [&](const LandlockLayers* layers) {
    const SetSummary it = summary(rows, layers);
    return share(it.landlock) + " " + (it.landlock_layers ? std::to_string(*it.landlock_layers) : "-");
  };
  CHECK(of(nullptr) == "0/0/0/2 -");
  CHECK(of(&all) == "2/0/0/0 1");
  CHECK(of(&part) == "1/0/0/1 -"); // a thread that came later is not one without
  CHECK(of(&mixed) == "0/1/1/0 0");
  CHECK(of(&none) == "0/0/2/0 0");
  const LandlockLayers last{{20, 1}, {21, 1}};
  CHECK(of(&last) == "1/0/0/1 -"); // once not seen, never known
  CHECK(share(summary({row(10, 1).hidden()}, &all).landlock) == "0/0/0/1");
  // Its number is enough, for the layers are not in its status.
  const LandlockLayers two{{10, 1}, {11, 1}};
  CHECK(share(summary({row(10, 1).threads(2).refused_thread(11)}, &two).landlock) == "1/0/0/0");
}

TEST_CASE("set_summary: the weakest has the fewest of what another one was seen to have") {
  const SetSummary of =
      summary({row(10, 1).seccomp().no_new_privs(), row(11, 10).no_new_privs(), row(12, 10)});
  CHECK(of.weakest == 12);
  CHECK(of.lacks == Words{"seccomp", "no_new_privs"});
  CHECK(summary({row(10, 1).seccomp(), row(11, 10).threads(2).thread(12, "Seccomp:\t2\n")}).lacks ==
        Words{"seccomp"});
  const LandlockLayers layers{{10, 1}, {11, 0}};
  CHECK(summary({row(10, 1), row(11, 10)}, &layers).lacks == Words{"landlock"});
  CHECK(summary({row(10, 1).seccomp(), row(11, 10).seccomp()}).lacks.empty());
  CHECK(summary({row(10, 1).seccomp(), row(11, 10).hidden()}).lacks.empty()); // not seen is not without
}

TEST_CASE("set_summary: who has exited counts only where nobody runs") {
  const SetSummary one = summary({row(10, 1).seccomp(), row(11, 10).zombie()});
  CHECK(one.processes == 1);
  CHECK(one.exited == 1);
  CHECK(fence(one, Fence::seccomp) == "1/0/0/0");
  CHECK(one.lacks.empty());
  const SetSummary gone = summary({row(10, 1).seccomp().zombie()});
  CHECK(gone.processes == 0);
  CHECK(gone.exited == 1);
  CHECK(gone.weakest == 10);
  CHECK(fence(gone, Fence::seccomp) == "1/0/0/0");
  // A main thread that ended while another runs on has not.
  const SetSummary lives = summary({row(10, 1).zombie().threads(2).thread(11, "State:\tS (sleeping)\n")});
  CHECK(lives.processes == 1);
  CHECK(fence(lives, Fence::seccomp) == "0/0/1/0");
}

TEST_CASE("set_summary: a set whose processes are gone is empty") {
  const auto table = table_of({row(1, 0)});
  const SetSummary of = summary_of(*table, host(), set_of(*table, {50}), nullptr);
  CHECK(of.processes == 0);
  CHECK(of.weakest == 0);
  CHECK(of.lacks.empty());
}
