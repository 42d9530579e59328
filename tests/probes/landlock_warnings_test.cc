#include "probes/landlock_warnings.h"

#include "fake_kernel.h"
#include "probes/landlock.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

const std::string all = "fs=0xffff net=0x3 scoped=0x3";

struct Scene {
  FakeKernel kernel;
  Scene() {
    kernel.answer(source::target_identity,
                  "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexited no\n");
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    kernel.answer(source::self_landlock, "abi 7\nerrata 15\ndepth 0\n");
    kernel.answer(source::target_tasks_status,
                  tasks_text({"CapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t0\n"}));
    kernel.answer(source::target_mountinfo, "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
    kernel.answer(source::target_fds, "known nsfs=- memfd=-\ntable 100\nlisted all own=0\nend settled\n");
  }
  // One layer; rules in the dialect of target/landlock, without "rule 1 ".
  Scene& domain(const std::string& rights, std::initializer_list<std::string> rules = {},
                const std::string& tasks = "task 100 start=1 domain=1 real=1 exited=0 name=main\n",
                const std::string& more = "") {
    std::string text = "offset 0 symbol=- calibrated=0\nsettled yes\n" + tasks +
                       "domain 1 layers=1 rules=" + std::to_string(rules.size()) + "\nlayer 1 1 object=1 " +
                       rights + more + "\n";
    for (const std::string& rule : rules)
      text += "rule 1 " + rule + "\n";
    kernel.answer(source::target_landlock, text);
    return *this;
  }
  Claims warnings() {
    Witness witness(kernel);
    return landlock(witness).claims()["warnings"];
  }
  // The one of that id, or null.
  Claims warning(const std::string& id) {
    for (const Claims& it : warnings())
      if (it["id"] == id)
        return it;
    return nullptr;
  }
};

std::string below(const std::string& path, const std::string& access) {
  return "1:" + access + " dev=8:1 inode=7 fs=ext4 mode=40755 nlink=2 name=" + path;
}

} // namespace

TEST_CASE("landlock warnings: a domain that handles everything and is clean has none") {
  CHECK(Scene().domain(all).warnings() == Claims::array());
}

TEST_CASE("landlock warnings: without a domain there are none, without sight of one they are null") {
  Scene scene;
  scene.kernel.answer(source::target_landlock, "offset 0 symbol=- calibrated=0\nsettled yes\n"
                                               "task 100 start=1 domain=0 real=0 exited=0 name=main\n");
  CHECK(scene.warnings() == Claims::array());
  scene.kernel.fail(source::target_landlock, EPERM);
  CHECK(scene.warnings().is_null());
}

TEST_CASE("landlock warnings: threads outside are named, and half a sandbox is told by its seccomp") {
  const std::string tasks = "task 100 start=1 domain=1 real=1 exited=0 name=main\n"
                            "task 101 start=1 domain=0 real=0 exited=0 name=io\n";
  Scene scene;
  scene.domain(all, {}, tasks);
  CHECK(scene.warning("landlock.threads_outside")["evidence"] == "outside: io (101)");
  CHECK(scene.warning("landlock.threads_outside")["severity"] == "high");
  CHECK(scene.warning("landlock.half_thread_sync").is_null());
  scene.kernel.answer(source::target_tasks_status, tasks_text({"Seccomp:\t2\n", "Seccomp:\t2\n"}));
  CHECK(scene.warning("landlock.half_thread_sync")["severity"] == "high");
  scene.kernel.answer(source::target_tasks_status, tasks_text({"Seccomp:\t2\n", "Seccomp:\t0\n"}));
  CHECK(scene.warning("landlock.half_thread_sync").is_null());
}

TEST_CASE("landlock warnings: rights that are not handled are named one by one, with ABI and kernel") {
  Scene scene;
  scene.domain("fs=0x3fff net=0x0 scoped=0x0");
  CHECK(scene.warning("landlock.not_handled.truncate")["evidence"] ==
        "no layer handles it; ABI 3, Linux 6.2");
  CHECK(scene.warning("landlock.not_handled.signal")["severity"] == "low");
  CHECK(scene.warning("landlock.not_handled.resolve_unix").is_null()); // the kernel has none
}

TEST_CASE("landlock warnings: errata that the kernel lacks, the security one first and high") {
  Scene scene;
  scene.kernel.answer(source::self_landlock, "abi 7\nerrata 3\ndepth 0\n");
  scene.domain(all);
  CHECK(scene.warnings()[0]["id"] == "landlock.erratum_3");
  CHECK(scene.warnings()[0]["severity"] == "high");
  CHECK(scene.warning("landlock.erratum_4")["severity"] == "info");
  scene.kernel.answer(source::self_landlock, "abi 7\nerrata !EINVAL\ndepth 0\n");
  CHECK(scene.warning("landlock.errata_unknown")["severity"] == "info");
  CHECK(scene.warning("landlock.erratum_3").is_null()); // not said to be open, only unknown
}

TEST_CASE("landlock warnings: writing to a place that lets it out, with why; a work directory is none") {
  Scene scene;
  scene.kernel.answer(source::target_paths, "/run mnt=20 dev=8:1 inode=7 mode=40755\n"
                                            "/work mnt=20 dev=8:1 inode=7 mode=40755\n");
  scene.domain(all, {below("/run", "0xffff")});
  CHECK(scene.warning("landlock.write_grant")["summary"] ==
        "writing below /run is granted: this lets it speak to the daemons whose sockets are there");
  CHECK(scene.domain(all, {below("/run", "0xd")}).warning("landlock.write_grant").is_null()); // reads only
  CHECK(scene.domain(all, {below("/work", "0xffff")}).warning("landlock.write_grant").is_null());
}

TEST_CASE("landlock warnings: rules that do not do what they look like are counted by what became of them") {
  Scene scene;
  scene.kernel.answer(source::target_paths, "/a mnt=20 dev=8:1 inode=8 mode=40755\n");
  scene.domain(all, {below("/a", "0x4"), "1:0x4 gone", "1:0x4 dev=8:1 inode=9 fs=ext4 mode=40755 nlink=2"});
  CHECK(scene.warning("landlock.rule_replaced")["severity"] == "medium");
  CHECK(scene.warning("landlock.rule_dead")["summary"].get<std::string>().starts_with("1 of 3 rules"));
  CHECK(scene.warning("landlock.rule_unnamed")["evidence"] == "inode 9 of ext4");
  CHECK(scene.warning("landlock.rule_deleted").is_null());
}

TEST_CASE("landlock warnings: descriptors that go around it, and that they could not be seen") {
  Scene scene;
  scene.domain(all);
  scene.kernel.answer(source::target_fds,
                      "known nsfs=- memfd=-\ntable 100\n"
                      "fd 3 link=:/srv flags=0100000 mnt=29 mode=040755 dev=8:1 ino=2 rdev=0:0\n"
                      "fd 4 link=:anon_inode:[io_uring] flags=02 mnt=17 mode=0600 dev=0:14 ino=9 rdev=0:0\n"
                      "fd 5 link=:/dev/null flags=02 mnt=17 mode=020666 dev=0:5 ino=4 rdev=1:3\n"
                      "fd 6 link=:/dev/kvm flags=02 mnt=17 mode=020666 dev=0:5 ino=5 rdev=10:232\n"
                      "listed all own=0\nend settled\n");
  CHECK(scene.warning("landlock.fd_directory")["evidence"] == "3 -> /srv");
  CHECK(scene.warning("landlock.fd_io_uring")["severity"] == "high");
  CHECK(scene.warning("landlock.fd_device")["evidence"] == "6 -> /dev/kvm"); // /dev/null is nobody's way out
  CHECK(scene.warning("landlock.fds_not_seen").is_null());
  scene.kernel.fail(source::target_fds, EACCES);
  CHECK(scene.warning("landlock.fd_directory").is_null());
  CHECK(scene.warning("landlock.fds_not_seen")["severity"] == "info");
}

TEST_CASE("landlock warnings: denials by layer, with the name in the audit log") {
  Scene scene;
  scene.domain(all, {}, "task 100 start=1 domain=1 real=1 exited=0 name=main\n", " id=255 denials=3");
  CHECK(scene.warning("landlock.denials")["evidence"] == "layer 1: 3 (domain=ff in the audit log)");
  scene.domain(all, {}, "task 100 start=1 domain=1 real=1 exited=0 name=main\n", " id=255 denials=0");
  CHECK(scene.warning("landlock.denials").is_null());
}

TEST_CASE(
    "landlock warnings: capabilities that no domain stops, where they count or where that was not seen") {
  Scene scene;
  scene.domain(all);
  scene.kernel.answer(source::target_tasks_status,
                      tasks_text({"CapEff:\t0000000000010000\nNoNewPrivs:\t1\n"})); // CAP_SYS_MODULE
  CHECK(scene.warning("landlock.capability")["severity"] == "medium"); // whose user namespace was not seen
  scene.kernel.answer(source::target_tasks_status,
                      tasks_text({"CapEff:\t0000000000000001\nNoNewPrivs:\t1\n"})); // CAP_CHOWN
  CHECK(scene.warning("landlock.capability").is_null());
}

TEST_CASE("landlock warnings: no_new_privs missing on a thread, and an inspector that is confined itself") {
  Scene scene;
  scene.domain(all);
  scene.kernel.answer(source::target_tasks_status, tasks_text({"NoNewPrivs:\t0\n"}));
  CHECK(scene.warning("landlock.no_new_privs_missing")["evidence"] == "threads: 100");
  scene.kernel.answer(source::self_landlock, "abi 7\nerrata 15\ndepth 2\n");
  CHECK(scene.warning("landlock.inspector_confined")["severity"] == "info");
}
