#include "files/effective_limits.h"

#include <catch2/catch.hpp>

using namespace sbx;
using Sight = EffectiveLimit::Sight;

namespace {

EffectiveLimits of(const std::string& text) {
  const auto parsed = parse_cgroup_limits(text + "end\n");
  INFO(text);
  REQUIRE(parsed);
  return effective_limits(*parsed);
}

EffectiveLimits unified(const std::string& groups, const std::string& top = "1") {
  return of("hierarchy unified version=2 path=/a/b top=" + top + "\n" + groups);
}

const std::string off = " memory.high=!ENOENT memory.swap.max=!ENOENT";

} // namespace

TEST_CASE("effective_limits: the smallest over all groups counts, and where it comes from") {
  const auto limits = unified(
      "group /a/b memory.max=max memory.high=2000 memory.swap.max=0 pids.max=100 cpu.max=max\\x20100000\n"
      "group /a memory.max=1000 memory.high=max memory.swap.max=max pids.max=50 cpu.max=50000\\x20100000\n"
      "group / memory.max=!ENOENT memory.high=!ENOENT memory.swap.max=!ENOENT pids.max=!ENOENT "
      "cpu.max=!ENOENT\n");
  CHECK(limits.memory.sight == Sight::limited);
  CHECK(limits.memory.value == 1000);
  CHECK(limits.memory.from == "/a");
  CHECK(limits.memory.why.empty());
  CHECK(limits.memory_high.value == 2000);
  CHECK(limits.memory_high.from == "/a/b");
  CHECK(limits.swap.sight == Sight::limited);
  CHECK(limits.swap.value == 0);
  CHECK(limits.pids.value == 50);
  CHECK(limits.cpus.value == 50000);
  CHECK(limits.cpus.period == 100000);
  CHECK(limits.cpus.from == "/a");
}

TEST_CASE("effective_limits: shares of CPU are compared, not their quotas") {
  const auto limits = unified(
      "group /a/b cpu.max=90000\\x20200000\ngroup /a cpu.max=60000\\x20100000\ngroup / cpu.max=!ENOENT\n");
  CHECK(limits.cpus.value == 90000);
  CHECK(limits.cpus.period == 200000);
}

TEST_CASE("effective_limits: none is only where everything was seen") {
  const std::string none = "group / memory.max=max pids.max=max cpu.max=max\\x20100000" + off + "\n";
  const auto all = unified(none);
  for (const EffectiveLimit* it : {&all.memory, &all.memory_high, &all.swap, &all.pids, &all.cpus})
    CHECK(it->sight == Sight::none);
  const auto namespaced = unified(none, "0");
  for (const EffectiveLimit* it :
       {&namespaced.memory, &namespaced.memory_high, &namespaced.swap, &namespaced.pids, &namespaced.cpus}) {
    CHECK(it->sight == Sight::unseen);
    CHECK(it->why == "groups above are not seen from here");
  }
  const auto refused = unified("group /a/b memory.max=max pids.max=!EACCES cpu.max=x" + off + "\n" + none);
  CHECK(refused.memory.sight == Sight::none);
  CHECK(refused.pids.sight == Sight::unseen);
  CHECK(refused.pids.why == "pids.max: EACCES");
  CHECK(refused.cpus.sight == Sight::unseen);
  const auto closed = unified("group /a/b !EACCES\n" + none);
  CHECK(closed.memory.sight == Sight::unseen);
  CHECK(unified("group / pids.max=max\n").memory.why == "memory.max: not in the recording");
}

TEST_CASE("effective_limits: a limit stands where others were not seen, and that is said") {
  const auto limits = unified("group /a/b pids.max=10\ngroup /a !EACCES\n", "0");
  CHECK(limits.pids.sight == Sight::limited);
  CHECK(limits.pids.value == 10);
  CHECK(limits.pids.why == "the group /a: EACCES");
}

TEST_CASE("effective_limits: version 1, with its number for none on pages of every size") {
  const auto limits =
      of("hierarchy pids version=1 path=/c top=1\ngroup /c pids.max=7\ngroup / pids.max=!ENOENT\n"
         "hierarchy memory version=1 path=/c top=1\n"
         "group /c memory.limit_in_bytes=67108864 memory.use_hierarchy=1\n"
         "group / memory.limit_in_bytes=9223372036854771712 memory.use_hierarchy=1\n"
         "hierarchy cpu,cpuacct version=1 path=/c top=1\n"
         "group /c cpu.cfs_quota_us=50000 cpu.cfs_period_us=100000\n"
         "group / cpu.cfs_quota_us=-1 cpu.cfs_period_us=100000\n"
         "hierarchy unified version=2 path=/ top=1\ngroup / memory.max=!ENOENT pids.max=!ENOENT "
         "cpu.max=!ENOENT\n");
  CHECK(limits.memory.value == 67108864);
  CHECK(limits.memory.from == "/c");
  CHECK(limits.pids.value == 7);
  CHECK(limits.cpus.value == 50000);
  CHECK(limits.swap.sight == Sight::unseen);
  for (const char* most : {"9223372036854771712", "9223372036854759424", "9223372036854710272",
                           "9223372036854775807", "18446744073709551615"}) {
    CAPTURE(most);
    CHECK(of("hierarchy memory version=1 path=/ top=1\ngroup / memory.limit_in_bytes=" + std::string(most) +
             " memory.use_hierarchy=1\n")
              .memory.sight == Sight::none);
  }
}

TEST_CASE("effective_limits: a group of version 1 that does not count its children limits none of them") {
  const auto limits = of("hierarchy memory version=1 path=/a/b top=1\n"
                         "group /a/b memory.limit_in_bytes=9223372036854771712 memory.use_hierarchy=0\n"
                         "group /a memory.limit_in_bytes=1000 memory.use_hierarchy=0\n"
                         "group / memory.limit_in_bytes=9223372036854771712 memory.use_hierarchy=0\n");
  CHECK(limits.memory.sight == Sight::none);
}

TEST_CASE("effective_limits: a hierarchy that was not seen leaves its limits unseen") {
  for (const char* error : {"ENOENT", "EXDEV", "EFBIG", "EACCES"}) {
    const auto limits =
        of("hierarchy memory version=1 path=/../x !" + std::string(error) +
           "\nhierarchy unified version=2 path=/ top=1\ngroup / memory.max=!ENOENT pids.max=!ENOENT\n");
    CHECK(limits.memory.sight == Sight::unseen);
    CHECK_FALSE(limits.memory.why.empty());
    CHECK(limits.pids.sight == Sight::none);
  }
  CHECK(of("").memory.sight == Sight::none); // a kernel without control groups
}

TEST_CASE("effective_limits: numbers that no kernel prints are not seen") {
  for (const char* value : {"-1", "", "1e9", "0x10", "99999999999999999999", "max\\x20", "10\\x2011"}) {
    CAPTURE(value);
    CHECK(unified("group / pids.max=" + std::string(value) + "\n").pids.sight == Sight::unseen);
  }
  for (const char* value : {"0\\x20100000", "1\\x200", "max", "1", "1\\x202\\x203",
                            "2000000000000\\x20100000", "1\\x20100000000", "-1\\x201"}) {
    CAPTURE(value);
    CHECK(unified("group / cpu.max=" + std::string(value) + "\n").cpus.sight == Sight::unseen);
  }
}
