#include "probes/limits.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

struct Told {
  Finding finding = Finding::unknown({GapKind::not_attempted, "target/mountinfo", ""});
  std::vector<Warning> warnings;
  Claims limits() const { return finding.claims().at("limits"); }
};

Told told(FakeKernel& kernel) {
  Told result;
  Witness witness(kernel);
  add_limits(witness, result.finding, result.warnings);
  return result;
}

Told of(const std::string& text) {
  FakeKernel kernel;
  kernel.answer(source::target_cgroup_limits, text);
  return told(kernel);
}

} // namespace

TEST_CASE("limits: what a container was given is told, with the group that gives it") {
  const Told it = of("hierarchy unified version=2 path=/c\\x1b top=1\n"
                     "group /c\\x1b memory.max=67108864 memory.high=max memory.swap.max=0 pids.max=50 "
                     "cpu.max=50000\\x20100000\n"
                     "group / memory.max=!ENOENT memory.high=!ENOENT memory.swap.max=!ENOENT "
                     "pids.max=!ENOENT cpu.max=!ENOENT\n"
                     "end\n");
  CHECK(it.limits() == Claims{{"memory_bytes", "67108864"},
                              {"memory_high_bytes", "none"},
                              {"swap_bytes", "0"},
                              {"pids", 50},
                              {"cpus", {{"quota_us", 50000}, {"period_us", 100000}}},
                              {"from",
                               {{"memory_bytes", "/c\\x1b"},
                                {"memory_high_bytes", nullptr},
                                {"swap_bytes", "/c\\x1b"},
                                {"pids", "/c\\x1b"},
                                {"cpus", "/c\\x1b"}}},
                              {"not_seen", Claims::array()}});
  CHECK(it.warnings.empty());
}

TEST_CASE("limits: none is a word, and warned about") {
  const Told it = of("hierarchy unified version=2 path=/ top=1\n"
                     "group / memory.max=!ENOENT memory.high=!ENOENT memory.swap.max=!ENOENT "
                     "pids.max=!ENOENT cpu.max=!ENOENT\nend\n");
  for (const char* name : {"memory_bytes", "memory_high_bytes", "swap_bytes", "pids", "cpus"})
    CHECK(it.limits()[name] == "none");
  REQUIRE(it.warnings.size() == 3);
  CHECK(it.warnings[0].id == "filesystem.no_memory_limit");
  CHECK(it.warnings[1].id == "filesystem.no_pids_limit");
  CHECK(it.warnings[2].id == "filesystem.no_cpu_limit");
}

TEST_CASE("limits: what was not seen is null with its reason, never none, and warns of nothing") {
  FakeKernel kernel;
  kernel.fail(source::target_cgroup_limits, EACCES);
  const Told refused = told(kernel);
  CHECK(refused.limits()["memory_bytes"].is_null());
  CHECK(refused.limits()["cpus"].is_null());
  CHECK(refused.limits()["not_seen"] == Claims{"denied: permission refused (EACCES)"});
  CHECK(refused.warnings.empty());

  const Told outside = of("hierarchy unified version=2 path=/../x !EXDEV\nend\n");
  CHECK(outside.limits()["pids"].is_null());
  CHECK(outside.limits()["not_seen"] == Claims{"the inspector does not see the group /../x (EXDEV)"});
  CHECK(outside.warnings.empty());
}
