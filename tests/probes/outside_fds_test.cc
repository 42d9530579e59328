#include "probes/outside_fds.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string mounts_text =
    "30 29 0:50 / / rw - overlay overlay rw\n31 30 0:51 / /proc rw - proc proc rw\n";
const std::string chroot_text = "31 30 0:51 / /proc rw - proc proc rw\n";

struct Told {
  Finding finding = Finding::unknown({GapKind::not_attempted, "target/mountinfo", ""});
  std::vector<Warning> warnings;
  Claims operator[](const char* name) const { return finding.claims().at(name); }
  const Warning* warning(const std::string& id) const {
    for (const Warning& it : warnings)
      if (it.id == id)
        return &it;
    return nullptr;
  }
};

FakeKernel kernel_with(const std::string& fds, const std::string& mounts = mounts_text) {
  FakeKernel kernel;
  kernel.answer(source::target_fds,
                "known nsfs=0:4 memfd=0:1\ntable 42\n" + fds + "listed all own=0\nend settled\n");
  kernel.answer(source::target_mountinfo, mounts);
  kernel.answer(source::self_mountinfo, "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
  kernel.answer(source::target_tasks_ns, "42 user=4026531837 mnt=4026532001 pid=4026532002 net=4026532003\n");
  kernel.answer(source::self_ns, "7 user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833\n");
  kernel.answer(source::init_ns, "2 user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833\n");
  kernel.answer(source::target_tasks_status, tasks_text({"Seccomp:\t0\n"}));
  return kernel;
}

Told told(FakeKernel& kernel) {
  Told result;
  Witness witness(kernel);
  add_outside_fds(witness, result.finding, result.warnings);
  return result;
}

Told of(const std::string& fds, const std::string& mounts = mounts_text) {
  FakeKernel kernel = kernel_with(fds, mounts);
  return told(kernel);
}

std::string directory(int number, const std::string& link, int mount, int inode = 7) {
  return "fd " + std::to_string(number) + " link=:" + link + " flags=010000000 mnt=" + std::to_string(mount) +
         " mode=040755 dev=8:1 ino=" + std::to_string(inode) + " rdev=0:0\n";
}

} // namespace

TEST_CASE("outside_fds: nothing that leads out is an empty list") {
  const Told none = of(directory(5, "/tmp", 30));
  CHECK(none["fds_outside"] == Claims::array());
  CHECK(none["fds_outside_count"] == 0);
  CHECK(none["fds_unclear"] == Claims::array());
  CHECK(none["fds_stdio"] == Claims::array());
  CHECK(none.warnings.empty());
}

TEST_CASE("outside_fds: a directory of the host is listed, and warned about") {
  const Told told = of(directory(5, "/etc/\\x1b[0m", 25));
  REQUIRE(told["fds_outside"].size() == 1);
  CHECK(told["fds_outside"][0] == Claims{{"fd", 5},
                                         {"kind", "directory"},
                                         {"path", "/etc/\\x1b[0m"},
                                         {"why", "it is on a mount that cannot be reached from its root"},
                                         {"writable", false}});
  CHECK(told["fds_outside_count"] == 1);
  const Warning* warning = told.warning("filesystem.fd_directory");
  REQUIRE(warning);
  CHECK(warning->severity == Severity::high);
  CHECK(warning->evidence == "5 -> /etc/\\x1b[0m");
}

TEST_CASE("outside_fds: the list is bounded, and the count is not") {
  std::string many;
  for (int i = 10; i < 210; ++i)
    many += directory(i, "/etc", 25);
  const Told told = of(many);
  CHECK(told["fds_outside"].size() == 64);
  CHECK(told["fds_outside_count"] == 200);
  CHECK(told.warning("filesystem.fd_directory")->evidence ==
        "10 -> /etc, 11 -> /etc, 12 -> /etc, 13 -> /etc, 14 -> /etc and 195 more");
}

TEST_CASE("outside_fds: a file that is only read is less than one that is written") {
  const std::string read = "fd 5 link=:/x flags=00 mnt=25 mode=0100644 dev=8:1 ino=7 rdev=0:0\n";
  const std::string written = "fd 6 link=:/y flags=02 mnt=25 mode=0100644 dev=8:1 ino=8 rdev=0:0\n";
  CHECK(of(read).warning("filesystem.fd_file")->severity == Severity::low);
  CHECK(of(read + written).warning("filesystem.fd_file")->severity == Severity::medium);
  CHECK(of(written)["fds_outside"][0]["writable"] == true);
}

TEST_CASE("outside_fds: standard descriptors are told apart") {
  const Told told = of("fd 1 link=:/var/log/x flags=01 mnt=25 mode=0100644 dev=8:1 ino=7 rdev=0:0\n");
  CHECK(told["fds_outside_count"] == 0);
  REQUIRE(told["fds_stdio"].size() == 1);
  CHECK(told["fds_stdio"][0]["writable"] == true);
  CHECK(told.warning("filesystem.fd_stdio")->severity == Severity::info);
}

TEST_CASE("outside_fds: namespaces, KVM and the process of a pidfd") {
  const Told out =
      of("fd 5 link=:net:[4026531833] flags=00 mnt=4 mode=0100444 dev=0:4 ino=4026531833 rdev=0:0\n"
         "fd 6 link=:net:[4026532003] flags=00 mnt=4 mode=0100444 dev=0:4 ino=4026532003 rdev=0:0\n"
         "fd 7 link=:anon_inode:kvm-vm flags=02 mnt=14 mode=0600 dev=0:14 ino=9 rdev=0:0\n");
  CHECK(out["fds_outside_count"] == 2);
  CHECK(out.warning("filesystem.fd_namespace")->severity == Severity::high);
  CHECK(out.warning("filesystem.fd_kvm"));
  const Told unclear =
      of("fd 5 link=:anon_inode:[pidfd] flags=02 mnt=14 mode=0600 dev=0:14 ino=9 rdev=0:0 pid=99\n");
  CHECK(unclear["fds_outside"].is_null());
  CHECK(unclear["fds_outside_count"].is_null());
  CHECK(unclear["fds_unclear"].size() == 1);
  CHECK(unclear.warning("filesystem.fd_process"));
}

TEST_CASE("outside_fds: what was not seen wholly is null, but what was found stands") {
  FakeKernel refused_fds;
  refused_fds.fail(source::target_fds, EACCES);
  const Told none = told(refused_fds);
  for (const char* claim : {"fds_outside", "fds_outside_count", "fds_unclear", "fds_stdio"})
    CHECK(none[claim].is_null());
  CHECK(none.warning("filesystem.fds_not_seen"));

  const std::string hidden = "fd 9 link=!EACCES flags=!EACCES mnt=!EACCES mode=!EACCES\n";
  CHECK(of(hidden)["fds_outside"].is_null());
  CHECK(of(hidden)["fds_unclear"].is_null());
  const Told some = of(hidden + directory(5, "/etc", 25));
  CHECK(some["fds_outside_count"] == 1);
  CHECK(some.warning("filesystem.fds_not_seen"));

  FakeKernel no_mounts = kernel_with(directory(5, "/tmp", 30));
  no_mounts.fail(source::target_mountinfo, EACCES);
  CHECK(told(no_mounts)["fds_outside"].is_null());
  FakeKernel moving;
  moving.answer(source::target_fds, "known nsfs=0:4 memfd=0:1\ntable 42\nlisted moving own=0\nend settled\n");
  moving.answer(source::target_mountinfo, mounts_text);
  CHECK(told(moving)["fds_outside"].is_null());
}

TEST_CASE("outside_fds: with a root that is no mount, a lookup tells what lies beneath it") {
  const auto looked_up = [](const std::string& spots, const std::string& link = "/srv/jail/tmp") {
    FakeKernel kernel = kernel_with(directory(5, link, 25), chroot_text);
    kernel.answer(source::target_paths, spots);
    return told(kernel);
  };
  const std::string elsewhere = "/srv/jail/tmp !ENOENT\n/jail/tmp !ENOENT\n";
  const Told inside =
      looked_up(elsewhere + "/tmp mnt=25 dev=8:1 inode=7 mode=40755\n/ mnt=25 dev=8:1 inode=3 mode=40755\n");
  CHECK(inside["fds_outside"] == Claims::array());
  const Told other =
      looked_up(elsewhere + "/tmp mnt=25 dev=8:1 inode=8 mode=40755\n/ mnt=25 dev=8:1 inode=3 mode=40755\n");
  CHECK(other["fds_outside_count"] == 1);
  const Told nothing = looked_up(elsewhere + "/tmp !ENOENT\n/ mnt=25 dev=8:1 inode=3 mode=40755\n");
  CHECK(nothing["fds_outside_count"] == 1);
  const Told root = looked_up(elsewhere + "/tmp !ENOENT\n/ mnt=25 dev=8:1 inode=7 mode=40755\n");
  CHECK(root["fds_outside_count"] == 0);
  const Told silent = looked_up(elsewhere + "/tmp !ETIMEDOUT\n/ mnt=25 dev=8:1 inode=3 mode=40755\n");
  CHECK(silent["fds_outside"].is_null());
  CHECK(silent["fds_unclear"].size() == 1);
}

TEST_CASE("outside_fds: a device is within reach on the host itself, and not behind another root there") {
  const std::string device = "fd 5 link=:/dev/fuse flags=02 mnt=26 mode=020666 dev=0:6 ino=9 rdev=10:229\n";
  const auto on_host = [&](const std::string& mounts) {
    FakeKernel kernel = kernel_with(device, mounts);
    kernel.answer(source::target_tasks_ns,
                  "42 user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833\n");
    return told(kernel);
  };
  CHECK(on_host("25 1 8:1 / / rw - ext4 /dev/sda1 rw\n26 25 0:6 / /dev rw - devtmpfs dev rw\n")
            ["fds_outside_count"] == 0);
  CHECK(on_host("27 25 8:2 / / rw - ext4 /dev/sda2 rw\n")["fds_outside_count"] == 1);
  CHECK(of(device)["fds_outside_count"] == 1);
}
