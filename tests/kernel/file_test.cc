#include "kernel/file.h"

#include "kernel/scratch.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace sbx;

namespace {

Fd opened(const std::string& path) { return Fd(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)); }

int refusal(const Reading& reading) { return reading ? 0 : reading.error().error; }

} // namespace

TEST_CASE("file: the whole of a file is read, whatever bytes are in it") {
  const Scratch scratch;
  const std::string bytes("a\0b\n\xff", 5);
  scratch.write("deep/er/file", bytes);
  const Fd dir = opened(scratch.path());
  CHECK(read_beneath(dir.get(), "deep/er/file") == bytes);
  scratch.write("empty", "");
  CHECK(read_beneath(dir.get(), "empty") == "");
}

TEST_CASE("file: no link is followed, at the end or on the way, and nothing above the directory is read") {
  const Scratch scratch;
  scratch.write("real/file", "secret");
  std::filesystem::create_symlink("file", scratch.path("real/link"));
  std::filesystem::create_directory_symlink("real", scratch.path("way"));
  const Fd dir = opened(scratch.path()), real = opened(scratch.path("real"));
  CHECK(refusal(read_beneath(dir.get(), "real/link")) == ELOOP);
  CHECK(refusal(read_beneath(dir.get(), "way/file")) == ELOOP);
  CHECK(refusal(read_beneath(real.get(), "../real/file")) == EXDEV);
  CHECK(refusal(read_beneath(real.get(), scratch.path("real/file"))) == EXDEV);
}

TEST_CASE("file: magic links of /proc are not followed") {
  const Fd proc = opened("/proc/self");
  CHECK(refusal(read_beneath(proc.get(), "exe")) == ELOOP);
  CHECK(refusal(read_beneath(proc.get(), "cwd/file")) == ELOOP);
}

TEST_CASE("file: another mount on the way is refused, not believed") {
  const Fd root = opened("/");
  CHECK(refusal(read_beneath(root.get(), "proc/version")) == EXDEV);
}

TEST_CASE("file: a pipe is refused and not waited for, and so is a directory") {
  const Scratch scratch;
  REQUIRE(mkfifo(scratch.path("pipe").c_str(), 0600) == 0);
  std::filesystem::create_directory(scratch.path("directory"));
  const Fd dir = opened(scratch.path());
  CHECK(refusal(read_beneath(dir.get(), "pipe")) == EBADMSG);
  CHECK(refusal(read_beneath(dir.get(), "directory")) == EBADMSG);
}

TEST_CASE("file: what is not there, or not a directory on the way, is said by the kernel's errno") {
  const Scratch scratch;
  scratch.write("file", "");
  const Fd dir = opened(scratch.path());
  CHECK(refusal(read_beneath(dir.get(), "nothing")) == ENOENT);
  CHECK(refusal(read_beneath(dir.get(), "file/below")) == ENOTDIR);
  CHECK(refusal(read_beneath(dir.get(), "")) == ENOENT);
  CHECK(refusal(read_beneath(-1, "file")) == EBADF);
}

TEST_CASE("file: a file up to the bound is read whole, and one byte more is refused and not cut") {
  const Scratch scratch;
  const Fd dir = opened(scratch.path());
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096},
                                  std::size_t{4097}, std::size_t{100'000}}) {
    scratch.write("file", std::string(limit, 'x'));
    const Reading whole = read_beneath(dir.get(), "file", limit);
    REQUIRE(whole);
    CHECK(whole->size() == limit);
    scratch.write("file", std::string(limit + 1, 'x'));
    CHECK(refusal(read_beneath(dir.get(), "file", limit)) == EFBIG);
  }
}

TEST_CASE("file: a file without an end is refused at the bound") {
  CHECK(refusal(read_host_file("/dev/zero", 1 << 20)) == EFBIG);
}

TEST_CASE("file: a file of the host is read across mounts, but not through a link at its end") {
  const Reading release = read_host_file("/proc/sys/kernel/osrelease");
  REQUIRE(release);
  CHECK(release->ends_with('\n'));
  CHECK(refusal(read_host_file("/proc/mounts")) == ELOOP);
  CHECK(refusal(read_host_file("/no/such/file")) == ENOENT);
  CHECK(refusal(read_host_file("/proc")) == EISDIR);
}

TEST_CASE("file: what somebody names may be a link, or a pipe that is still being written") {
  const Scratch scratch;
  scratch.write("file", "text");
  std::filesystem::create_symlink("file", scratch.path("link"));
  CHECK(read_named_file(scratch.path("link"), 10) == "text");
  CHECK(refusal(read_named_file(scratch.path("link"), 3)) == EFBIG);
  CHECK(refusal(read_named_file(scratch.path("none"), 10)) == ENOENT);
  CHECK(refusal(read_named_file(scratch.path(""), 10)) == EISDIR);
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const Fd from(ends[0]);
  Fd to(ends[1]);
  bool wrote = true;
  std::thread writer([&] {
    for (const char* part : {"one", "two"}) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      wrote = wrote && write(to.get(), part, 3) == 3;
    }
    to = Fd();
  });
  const Reading piped = read_named_file("/proc/self/fd/" + std::to_string(from.get()), 10);
  writer.join();
  CHECK(wrote);
  CHECK(piped == "onetwo");
}

TEST_CASE("file: a pipe into which nothing is written is waited for, but not for ever") {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  const Fd from(ends[0]), to(ends[1]);
  CHECK(refusal(read_all(from.get(), 10)) == EAGAIN);
  CHECK(refusal(read_all(from.get(), 10, 10)) == ETIMEDOUT);
}
