#include "kernel/live_resolv_conf.h"

#include "core/errno_name.h"
#include "scratch.h"
#include "silent_fuse.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>
#include <sys/stat.h>

using namespace sbx;

namespace {

bool in_jail(const Scratch& scratch) { return chroot(scratch.path("jail").c_str()) == 0 && chdir("/") == 0; }

// What is read of a process whose root is scratch/jail.
Reading of_jail(const Scratch& scratch) {
  std::filesystem::create_directories(scratch.path("jail"));
  const StagedTarget staged([&] { return in_jail(scratch); });
  if (!staged)
    return refused(EPERM, "not staged");
  return read_resolv_conf(staged.target());
}

std::string error_of(const Reading& reading) { return reading ? "none" : errno_name(reading.error().error); }

bool root() { return geteuid() == 0; }

} // namespace

TEST_CASE("live_resolv_conf: the file of the target's root, as it is") {
  if (!root())
    return;
  const Scratch scratch;
  scratch.write("jail/etc/resolv.conf", "nameserver 10.0.0.1\n\xff no newline");
  CHECK(of_jail(scratch) == "nameserver 10.0.0.1\n\xff no newline");
  scratch.write("jail/etc/resolv.conf", "");
  CHECK(of_jail(scratch) == "");
}

TEST_CASE("live_resolv_conf: links are followed inside the target's root, and never out of it") {
  if (!root())
    return;
  const Scratch scratch;
  scratch.write("jail/run/systemd/resolve/stub-resolv.conf", "nameserver 127.0.0.53\n");
  scratch.write("secret", "nameserver 6.6.6.6\n");
  std::filesystem::create_directories(scratch.path("jail/etc"));
  std::filesystem::create_symlink("../run/systemd/resolve/stub-resolv.conf",
                                  scratch.path("jail/etc/resolv.conf"));
  CHECK(of_jail(scratch) == "nameserver 127.0.0.53\n");
  for (const std::string& target : {std::string("../../secret"), scratch.path("secret")}) {
    std::filesystem::remove(scratch.path("jail/etc/resolv.conf"));
    std::filesystem::create_symlink(target, scratch.path("jail/etc/resolv.conf"));
    CHECK(error_of(of_jail(scratch)) == "ENOENT");
  }
  std::filesystem::remove(scratch.path("jail/etc/resolv.conf"));
  std::filesystem::create_symlink("resolv.conf", scratch.path("jail/etc/resolv.conf"));
  CHECK(error_of(of_jail(scratch)) == "ELOOP");
}

TEST_CASE("live_resolv_conf: no file is ENOENT, also without an /etc") {
  if (!root())
    return;
  const Scratch scratch;
  CHECK(error_of(of_jail(scratch)) == "ENOENT");
  std::filesystem::create_directories(scratch.path("jail/etc"));
  CHECK(error_of(of_jail(scratch)) == "ENOENT");
  std::filesystem::remove(scratch.path("jail/etc"));
  scratch.write("jail/etc", "a file");
  CHECK(error_of(of_jail(scratch)) == "ENOENT");
}

TEST_CASE("live_resolv_conf: what is no file, or would do something when read, is not opened") {
  if (!root())
    return;
  const Scratch scratch;
  std::filesystem::create_directories(scratch.path("jail/etc/resolv.conf"));
  CHECK(error_of(of_jail(scratch)) == "EBADMSG");
  std::filesystem::remove(scratch.path("jail/etc/resolv.conf"));
  REQUIRE(mkfifo(scratch.path("jail/etc/resolv.conf").c_str(), 0666) == 0);
  CHECK(error_of(of_jail(scratch)) == "EBADMSG");
  std::filesystem::remove(scratch.path("jail/etc/resolv.conf"));
  scratch.write("jail/etc/resolv.conf", std::string(64 * 1024 + 1, 'x'));
  CHECK(error_of(of_jail(scratch)) == "EFBIG");

  std::filesystem::remove(scratch.path("jail/etc/resolv.conf"));
  std::filesystem::create_directories(scratch.path("jail/proc"));
  std::filesystem::create_symlink("/proc/version", scratch.path("jail/etc/resolv.conf"));
  const StagedTarget staged([&] {
    return mount("proc", scratch.path("jail/proc").c_str(), "proc", 0, nullptr) == 0 && in_jail(scratch);
  });
  SBX_STAGED_OR_RETURN(staged);
  CHECK(error_of(read_resolv_conf(staged.target())) == "EREMOTE");
}

TEST_CASE("live_resolv_conf: magic links of procfs are not followed") {
  if (!root())
    return;
  const Scratch scratch;
  std::filesystem::create_directories(scratch.path("jail/proc"));
  std::filesystem::create_directories(scratch.path("jail/etc"));
  std::filesystem::create_symlink("/proc/self/root/etc/resolv.conf", scratch.path("jail/etc/resolv.conf"));
  const StagedTarget staged([&] {
    return mount("proc", scratch.path("jail/proc").c_str(), "proc", 0, nullptr) == 0 && in_jail(scratch);
  });
  SBX_STAGED_OR_RETURN(staged);
  CHECK(error_of(read_resolv_conf(staged.target())) == "ELOOP");
}

TEST_CASE("live_resolv_conf: a file system that never answers holds nobody") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.path("jail/etc"));
  SilentFuse fuse;
  const StagedTarget staged([&] { return fuse.mount_at(scratch.path("jail/etc")) && in_jail(scratch); },
                            [&] { fuse.serve(); });
  SBX_STAGED_OR_RETURN(staged);
  const auto before = std::chrono::steady_clock::now();
  CHECK(error_of(read_resolv_conf(staged.target())) == "ETIMEDOUT");
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
}

TEST_CASE("live_resolv_conf: of a process that is gone it is not that there is no file") {
  StagedTarget staged([] { return true; });
  SBX_STAGED_OR_RETURN(staged);
  const ProcTarget target = staged.target();
  staged.end();
  CHECK(error_of(read_resolv_conf(target)) == "ESRCH");
}
