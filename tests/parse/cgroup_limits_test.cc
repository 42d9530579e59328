#include "parse/cgroup_limits.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace sbx;

namespace {
bool bad(const std::string& text) { return !parse_cgroup_limits(text).has_value(); }
} // namespace

TEST_CASE("cgroup_limits: hierarchies, their groups, and what stands in the files") {
  const auto limits = parse_cgroup_limits("hierarchy memory version=1 path=/podman/a\\x20b top=1\n"
                                          "group /podman/a\\x20b memory.limit_in_bytes=67108864\n"
                                          "group /podman !ENOENT\n"
                                          "group / memory.limit_in_bytes=!EACCES\n"
                                          "hierarchy cpu,cpuacct version=1 path=/ !ENOENT\n"
                                          "hierarchy unified version=2 path=/x top=0\n"
                                          "group /x cpu.max=50000\\x20100000 pids.max=max\n"
                                          "group / \n"
                                          "end\n");
  CHECK_FALSE(limits); // no group has an empty word
  const auto good = parse_cgroup_limits("hierarchy memory version=1 path=/podman/a\\x20b top=1\n"
                                        "group /podman/a\\x20b memory.limit_in_bytes=67108864\n"
                                        "group /podman !ENOENT\n"
                                        "group / memory.limit_in_bytes=!EACCES\n"
                                        "hierarchy cpu,cpuacct version=1 path=/ !ENOENT\n"
                                        "hierarchy unified version=2 path=/x top=0\n"
                                        "group /x cpu.max=50000\\x20100000 pids.max=max\n"
                                        "group /\n"
                                        "end\n");
  REQUIRE(good);
  REQUIRE(good->hierarchies.size() == 3);
  const CgroupHierarchy& memory = good->hierarchies[0];
  CHECK(memory.version == 1);
  CHECK(memory.path == "/podman/a b");
  CHECK(memory.top);
  CHECK(memory.has("memory"));
  REQUIRE(memory.groups.size() == 3);
  CHECK(memory.groups[0].file("memory.limit_in_bytes")->value == "67108864");
  CHECK(memory.groups[0].file("memory.max") == nullptr);
  CHECK(memory.groups[1].error == ENOENT);
  CHECK(memory.groups[2].file("memory.limit_in_bytes")->value.error() == EACCES);
  const CgroupHierarchy& cpu = good->hierarchies[1];
  CHECK(cpu.error == ENOENT);
  CHECK(cpu.has("cpu"));
  CHECK(cpu.has("cpuacct"));
  CHECK_FALSE(cpu.has("pu"));
  CHECK_FALSE(cpu.has(""));
  const CgroupHierarchy& unified = good->hierarchies[2];
  CHECK_FALSE(unified.top);
  CHECK(unified.groups[0].file("cpu.max")->value == "50000 100000");
  CHECK(unified.groups[1].files.empty());
  CHECK(parse_cgroup_limits("end\n")->hierarchies.empty());
}

TEST_CASE("cgroup_limits: what no adapter writes is malformed") {
  CHECK(bad(""));
  CHECK(bad("end"));
  CHECK(bad("group / a=1\nend\n"));
  CHECK(bad("end\nend\n"));
  CHECK(bad("hierarchy memory version=1 path=/ !ENOENT\ngroup / a=1\nend\n"));
  for (const char* line :
       {"hierarchy", "hierarchy memory", "hierarchy memory version=3 path=/ top=1",
        "hierarchy memory version=1 path= top=1", "hierarchy memory version=1 path=/ top=2",
        "hierarchy memory version=1 path=/", "hierarchy memory version=1 path=/ !EWHAT",
        "hierarchy memory version=1 path=/ top=1 x"}) {
    CAPTURE(line);
    CHECK(bad(std::string(line) + "\nend\n"));
  }
  for (const char* line : {"group", "group / a", "group / =1", "group / a=\\x", "group / a=!EWHAT",
                           "group / a=1 !ENOENT", "group / !EWHAT", "group / ", "groups / a=1"}) {
    CAPTURE(line);
    CHECK(bad("hierarchy memory version=1 path=/ top=1\n" + std::string(line) + "\nend\n"));
  }
}
