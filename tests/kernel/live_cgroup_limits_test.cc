#include "kernel/live_cgroup_limits.h"

#include "files/effective_limits.h"
#include "kernel/cgroup_mounts.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <fstream>
#include <sys/stat.h>
#include <sys/sysmacros.h>

using namespace sbx;

namespace {

using Sight = EffectiveLimit::Sight;

CgroupLimits limits_of(const ProcTarget& target) {
  const Reading text = read_cgroup_limits(target);
  INFO((text ? *text : text.error().detail));
  REQUIRE(text);
  const auto parsed = parse_cgroup_limits(*text);
  INFO((parsed ? "" : parsed.error().what));
  REQUIRE(parsed);
  return *parsed;
}

// A group of version 1 of this machine with one below it, which are gone with it. Empty where that cannot be.
class StagedGroup {
public:
  explicit StagedGroup(const std::string& controller) {
    const std::string base = "/sys/fs/cgroup/" + controller + "/sbx-test-" + std::to_string(getpid());
    if (access(("/sys/fs/cgroup/" + controller + "/cgroup.sane_behavior").c_str(), F_OK) == 0 &&
        mkdir(base.c_str(), 0755) == 0) {
      path_ = base;
      mkdir((base + "/be low").c_str(), 0755);
    }
  }
  StagedGroup(const StagedGroup&) = delete;
  StagedGroup& operator=(const StagedGroup&) = delete;
  ~StagedGroup() {
    for (int tries = 0; tries < 100 && !path_.empty(); ++tries) {
      rmdir((path_ + "/be low").c_str());
      if (rmdir(path_.c_str()) == 0 || errno == ENOENT)
        break;
      usleep(10'000);
    }
  }
  explicit operator bool() const { return !path_.empty(); }
  bool write(const std::string& file, const std::string& value) const {
    std::ofstream out(path_ + "/" + file);
    out << value << std::flush;
    return out.good();
  }
  std::string name() const { return path_.substr(path_.rfind('/')); }

private:
  std::string path_;
};

} // namespace

TEST_CASE("cgroup_mounts: mounts of both versions, and nothing else") {
  const auto mounts =
      cgroup_mounts("30 22 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
                    "31 30 0:28 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
                    "40 30 0:37 /a\\040b /mnt/\\134x rw - cgroup2 cgroup2 rw,nsdelegate\n"
                    "41 30 0:38 / /x rw - cgroupfs x rw\n41 30 - cgroup\n - cgroup\n");
  REQUIRE(mounts.size() == 2);
  CHECK(mounts[0].version == 1);
  CHECK(mounts[0].point == "/sys/fs/cgroup/cpu");
  CHECK(lists_controller(mounts[0].controllers, "cpuacct"));
  CHECK(mounts[0].device == makedev(0, 28));
  CHECK(mounts[1].version == 2);
  CHECK(mounts[1].root == "/a b");
  CHECK(mounts[1].point == "/mnt/\\x");
}

TEST_CASE("cgroup_mounts: only hierarchies that limit something, and the unified one") {
  const auto places = cgroup_places("9:name=systemd:/x\n8:pids:/a:b\n7:blkio:/\n2:cpuacct:/\n1:cpu,cpuacct:/"
                                    "c\n0::/d\nmemory\n4:memory:x\n");
  REQUIRE(places.size() == 3);
  CHECK(places[0].controllers == "pids");
  CHECK(places[0].path == "/a:b");
  CHECK(places[1].controllers == "cpu,cpuacct");
  CHECK(places[2].controllers == "unified");
  CHECK(places[2].version == 2);
}

TEST_CASE("cgroup_mounts: the mount that shows most of what is above the group, if any does") {
  const std::vector<CgroupMount> mounts{{1, "/a", "/one", "rw,pids", 0},
                                        {1, "/", "/two", "rw,memory", 0},
                                        {2, "/a/b", "/three", "rw", 0},
                                        {2, "/a", "/four", "rw", 0}};
  const auto point = [&](unsigned version, const char* controllers, const char* path) {
    const CgroupMount* mount = mount_of(mounts, {version, controllers, path});
    return mount ? mount->point + ":" + path_beneath(*mount, {version, controllers, path})
                 : std::string("none");
  };
  CHECK(point(1, "pids", "/a/x/y") == "/one:x/y");
  CHECK(point(1, "pids", "/a") == "/one:");
  CHECK(point(1, "pids", "/ab") == "none");
  CHECK(point(1, "memory", "/x/y") == "/two:x/y");
  CHECK(point(1, "memory", "/") == "/two:");
  CHECK(point(1, "memory", "/../x") == "none");
  CHECK(point(1, "cpu", "/") == "none");
  CHECK(point(2, "unified", "/a/b/c") == "/four:b/c");
  CHECK(point(2, "unified", "/..") == "none");
}

TEST_CASE("live_cgroup_limits: the groups of this machine, up to the roots of their hierarchies") {
  const CgroupLimits limits = limits_of(*ProcTarget::self());
  for (const CgroupHierarchy& hierarchy : limits.hierarchies) {
    CAPTURE(hierarchy.controllers, hierarchy.path);
    if (hierarchy.error != 0)
      continue;
    REQUIRE_FALSE(hierarchy.groups.empty());
    CHECK(hierarchy.groups.front().path == hierarchy.path);
    CHECK(hierarchy.groups.back().path == "/");
  }
}

TEST_CASE("live_cgroup_limits: limits of the group and of those above it, as they were set") {
  const StagedGroup memory("memory"), pids("pids"), cpu("cpu");
  if (!memory || !pids || !cpu) {
    WARN("not staged: this needs root and control groups of version 1");
    return;
  }
  REQUIRE(memory.write("memory.limit_in_bytes", "67108864"));
  REQUIRE(memory.write("be low/memory.limit_in_bytes", "268435456"));
  REQUIRE(pids.write("be low/pids.max", "50"));
  REQUIRE(cpu.write("cpu.cfs_quota_us", "50000"));
  const StagedTarget staged([&] {
    const std::string own = std::to_string(getpid());
    return memory.write("be low/cgroup.procs", own) && pids.write("be low/cgroup.procs", own) &&
           cpu.write("be low/cgroup.procs", own);
  });
  SBX_STAGED_OR_RETURN(staged);
  const EffectiveLimits limits = effective_limits(limits_of(staged.target()));
  CHECK(limits.memory.sight == Sight::limited);
  CHECK(limits.memory.value == 67108864);
  CHECK(limits.memory.from == memory.name());
  CHECK(limits.memory.why.empty());
  CHECK(limits.pids.value == 50);
  CHECK(limits.pids.from == pids.name() + "/be low");
  CHECK(limits.cpus.value == 50000);
  CHECK(limits.cpus.period == 100000);
}

TEST_CASE("live_cgroup_limits: without a limit there is none, and that is seen up to the root") {
  const StagedGroup pids("pids");
  if (!pids) {
    WARN("not staged: this needs root and control groups of version 1");
    return;
  }
  const StagedTarget staged([&] { return pids.write("be low/cgroup.procs", std::to_string(getpid())); });
  SBX_STAGED_OR_RETURN(staged);
  const EffectiveLimits limits = effective_limits(limits_of(staged.target()));
  CHECK(limits.pids.sight == Sight::none);
  CHECK(limits.pids.why.empty());
}

TEST_CASE("live_cgroup_limits: what is mounted over control groups is not believed, and hides nothing") {
  if (geteuid() != 0)
    return;
  // In a child with mounts of its own, which reads of itself.
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    std::string said = "not staged";
    if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        mount("t", "/sys/fs/cgroup", "tmpfs", 0, nullptr) == 0) {
      const auto self = ProcTarget::self();
      const Reading text = self ? read_cgroup_limits(*self) : refused(EPERM);
      said = text ? *text : text.error().detail;
    }
    [[maybe_unused]] const ssize_t wrote = write(ends[1], said.data(), said.size());
    _exit(0);
  }
  close(ends[1]);
  std::string said(1 << 16, '\0');
  const ssize_t got = read(ends[0], said.data(), said.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (said == "not staged") {
    WARN(said);
    return;
  }
  CAPTURE(said);
  const auto parsed = parse_cgroup_limits(said);
  REQUIRE(parsed);
  REQUIRE_FALSE(parsed->hierarchies.empty());
  for (const CgroupHierarchy& hierarchy : parsed->hierarchies)
    CHECK(hierarchy.error != 0);
  CHECK(effective_limits(*parsed).memory.sight == Sight::unseen);
}

TEST_CASE("live_cgroup_limits: a process that is gone has no groups to tell of") {
  StagedTarget staged([] { return true; });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  staged.end();
  const Reading text = read_cgroup_limits(target);
  REQUIRE_FALSE(text);
  CHECK(text.error().error == ESRCH);
}
