#include "probes/outside_fds.h"

#include "kernel/file.h"
#include "kernel/held_process.h"
#include "kernel/live_fds.h"
#include "kernel/live_paths.h"
#include "kernel/live_tasks.h"
#include "kernel/living_task.h"
#include "scratch.h"
#include "staged_target.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

using namespace sbx;

namespace {

// What the live kernel answers of what is asked here.
class FdKernel final : public Kernel {
public:
  explicit FdKernel(const ProcTarget& target) : target_(target) {}
  Reading read(Source source) override {
    const std::string own = std::to_string(getpid());
    if (source == source::target_identity)
      return target_.identity();
    if (source == source::target_fds)
      return read_fds(target_);
    if (source == source::target_mountinfo)
      return read_mountinfo(target_);
    if (source == source::target_tasks_ns)
      return read_tasks_ns(target_);
    if (source == source::target_tasks_status)
      return read_tasks_status(target_);
    if (source == source::self_mountinfo)
      return read_beneath(target_.proc(), own + "/mountinfo", most_mountinfo);
    if (source == source::self_ns)
      return task_ns_line(target_.proc(), own, getpid());
    return refused(ENODATA);
  }
  Reading read_about(Source source, const std::vector<std::string>& paths) override {
    return source == source::target_paths ? read_paths(target_, paths) : refused(ENODATA);
  }

private:
  const ProcTarget& target_;
};

Claims claims_of(const StagedTarget& staged) {
  const ProcTarget target = staged.target();
  FdKernel kernel(target);
  Witness witness(kernel);
  Finding finding = Finding::unknown({GapKind::not_attempted, "target/fds", ""});
  std::vector<Warning> warnings;
  add_outside_fds(witness, finding, warnings);
  return finding.claims();
}

// "100 directory, 105 namespace".
std::string listed(const Claims& list) {
  if (list.is_null())
    return "null";
  std::string text;
  for (const Claims& it : list)
    text += (text.empty() ? "" : ", ") + std::to_string(it["fd"].get<int>()) + " " +
            it["kind"].get<std::string>();
  return text;
}

// The descriptors of the tests themselves are none of the staged process's.
void close_inherited() {
  for (int fd = 3; fd < 100; ++fd)
    if (fcntl(fd, F_GETFD) >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
      close(fd);
}

bool null_on_standard_ones() {
  const int fd = open("/dev/null", O_RDWR);
  return fd >= 0 && dup2(fd, 0) == 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2;
}

} // namespace

TEST_CASE("outside_fds live: what a pivoted root leaves behind is outside, what was opened inside is not") {
  const Scratch scratch;
  const std::string root = scratch.path("root"), log = scratch.write("log", "x");
  mkdir(root.c_str(), 0755);
  const StagedTarget staged([&] {
    close_inherited();
    const bool made = mount("t", root.c_str(), "tmpfs", 0, nullptr) == 0 &&
                      mkdir((root + "/old").c_str(), 0755) == 0 && mkdir((root + "/in").c_str(), 0755) == 0 &&
                      null_on_standard_ones();
    at(100, open("/etc", O_PATH | O_DIRECTORY));
    at(101, open(log.c_str(), O_RDWR));
    at(102, open("/proc/self/ns/net", O_RDONLY));
    at(103, open("/proc/self/ns/mnt", O_RDONLY));
    const bool entered = made && unshare(CLONE_NEWNET) == 0 &&
                         syscall(SYS_pivot_root, root.c_str(), (root + "/old").c_str()) == 0 &&
                         chdir("/") == 0 && umount2("/old", MNT_DETACH) == 0;
    at(110, open("/in", O_RDONLY | O_DIRECTORY));
    at(111, open("/in/file", O_RDWR | O_CREAT, 0644));
    at(112, eventfd(0, 0));
    return entered;
  });
  SBX_STAGED_OR_RETURN(staged);
  const Claims claims = claims_of(staged);
  CAPTURE(claims.dump());
  CHECK(listed(claims["fds_outside"]) == "100 directory, 101 file, 102 namespace");
  CHECK(claims["fds_outside"][1]["writable"] == true);
  CHECK(listed(claims["fds_unclear"]).empty());
}

TEST_CASE("outside_fds live: beneath a root that is a plain directory, a lookup tells in from out") {
  const Scratch scratch;
  scratch.write("jail/in/file", "x");
  scratch.write("beside/in/file", "x");
  const StagedTarget staged([&] {
    close_inherited();
    const bool ready = null_on_standard_ones();
    at(100, open(scratch.path("beside/in").c_str(), O_PATH | O_DIRECTORY));
    at(101, open(scratch.path("beside/in/file").c_str(), O_RDONLY));
    at(102, open(scratch.path("jail/in").c_str(), O_PATH | O_DIRECTORY));
    at(103, open(scratch.path("jail").c_str(), O_PATH | O_DIRECTORY));
    at(104, open(scratch.path("jail/in/file").c_str(), O_RDONLY));
    at(105, open("/", O_PATH | O_DIRECTORY));
    return ready && chroot(scratch.path("jail").c_str()) == 0 && chdir("/") == 0;
  });
  SBX_STAGED_OR_RETURN(staged);
  const Claims claims = claims_of(staged);
  CAPTURE(claims.dump());
  // Which of them are sure depends on whether the inspector knows the file system by that mount; here it is
  // another mount namespace, so it does not where another file stands at a path of the same name.
  CHECK(listed(claims["fds_outside"]).find("102") == std::string::npos);
  CHECK(listed(claims["fds_outside"]).find("103") == std::string::npos);
  CHECK(listed(claims["fds_outside"]).find("104") == std::string::npos);
  CHECK(listed(claims["fds_unclear"]).find("102") == std::string::npos);
  std::string all = listed(claims["fds_outside"]) + "; " + listed(claims["fds_unclear"]);
  for (const char* out : {"100 directory", "101 file", "105 directory"})
    CHECK(all.find(out) != std::string::npos);
}

TEST_CASE("outside_fds live: a process with nothing but its own has none, and that is seen") {
  const StagedTarget staged([] {
    close_inherited();
    const bool ready = null_on_standard_ones();
    at(100, open("/", O_PATH | O_DIRECTORY));
    at(101, eventfd(0, 0));
    return ready;
  });
  SBX_STAGED_OR_RETURN(staged);
  const Claims claims = claims_of(staged);
  CAPTURE(claims.dump());
  CHECK(claims["fds_outside"] == Claims::array());
  CHECK(claims["fds_outside_count"] == 0);
}
