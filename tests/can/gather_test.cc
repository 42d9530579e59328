#include "can/gather.h"

#include "can/evaluate.h"
#include "fake_kernel.h"

#include <catch2/catch.hpp>
#include <fmt/core.h>

using namespace sbx;

namespace {

const std::string identity =
    "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexecutable 1:2:3\nexited no\n";
const std::string landlock_head = "offset 0 symbol=- calibrated=0\nsettled yes\n";
const std::string ns = " user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833\n";

std::string status(const std::string& uid) {
  return "Uid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid + "\nGid:\t5\t5\t5\t5\nGroups:\t7 \n" +
         "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nSeccomp:\t0\n";
}

struct Told {
  FakeKernel kernel;
  Told() {
    kernel.answer(source::target_identity, identity)
        .answer(source::target_tasks_status, tasks_text({status("1000"), status("1000"), status("0")}))
        .answer(source::target_tasks_ns, "100" + ns + "101" + ns + "102" + ns)
        .answer(source::target_tasks_attr, "100 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n"
                                           "101 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n"
                                           "102 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n")
        .answer(source::target_landlock, landlock_head + task(100, 1) + task(101, 1) + task(102, 0) + domain)
        .answer(source::self_landlock, "abi 7\nerrata 7\ndepth 0\n")
        .answer(source::self_status, "Seccomp:\t0\n")
        .answer(source::self_ns, "9" + ns)
        .answer(source::host_lsm, "capability,landlock");
  }
  static std::string task(int tid, int number) {
    return "task " + std::to_string(tid) + " start=1 domain=" + std::to_string(number) +
           " real=" + std::to_string(number) + " exited=0 name=x\n";
  }
  const std::string domain = "domain 1 layers=1 rules=0\nlayer 1 1 fs=0x4 net=0x2 scoped=0x0\n";
  // Of another process with one thread, 200.
  Told& peer() {
    kernel.answer(source::peer_identity, "vantage observer\npid 200\nexecutable 1:2:3\nexited no\n")
        .answer(source::peer_tasks_status,
                "Listing:\tsettled\nTask:\t200\nName:\tx\nState:\tS (sleeping)\nPid:\t200\n" + status("1000"))
        .answer(source::peer_tasks_ns, "200" + ns)
        .answer(source::peer_tasks_attr, "200 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n")
        .answer(source::peer_user_ns, "user 4026531837 owner_uid=0\nend EPERM\n")
        .answer(source::peer_landlock,
                landlock_head + "task 200 start=1 domain=1 real=0 exited=0 name=x\n" + domain)
        .answer(source::host_ptrace_scope, "1\n");
    return *this;
  }
  World gathered(const std::string& deed, const std::string& object) {
    witness.emplace(kernel);
    return gather(*witness, parse_question({deed, object}).value());
  }
  std::optional<Witness> witness;
};

} // namespace

TEST_CASE("can gather: threads that are alike stand together, those that differ apart") {
  Told evidence;
  const World world = evidence.gathered("connect", "tcp:443");
  REQUIRE(world.subjects.size() == 2);
  CHECK(world.subjects[0].tid == 100);
  CHECK(world.subjects[0].alike == 2);
  CHECK(world.subjects[1].tid == 102);
  CHECK(world.complete);
  REQUIRE(world.subjects[0].domain);
  CHECK((*world.subjects[0].domain)->layers.size() == 1);
  REQUIRE(world.subjects[1].domain);
  CHECK_FALSE(*world.subjects[1].domain);
  CHECK(world.inspector_user_ns == 4026531837U);
}

TEST_CASE("can gather: a thread of another domain, label, namespace or filter is not alike") {
  for (const int which : {0, 1, 2, 3}) {
    Told evidence;
    if (which == 0)
      evidence.kernel.answer(source::target_landlock, landlock_head + Told::task(100, 1) +
                                                          Told::task(101, 0) + Told::task(102, 0) +
                                                          evidence.domain);
    if (which == 1)
      evidence.kernel.answer(source::target_tasks_attr, "100 current=!EINVAL apparmor=:x smack=!ENOENT\n"
                                                        "101 current=!EINVAL apparmor=:y smack=!ENOENT\n"
                                                        "102 current=!EINVAL apparmor=:y smack=!ENOENT\n");
    if (which == 2)
      evidence.kernel.answer(
          source::target_tasks_ns,
          fmt::format("100{0}101 user=4026531837 mnt=5 pid=4026531836 net=4026531833\n102{0}", ns));
    if (which == 3)
      evidence.kernel.answer(
          source::target_tasks_status,
          tasks_text({status("1000"), status("1000") + "Seccomp_filters:\t1\n", status("0")}));
    CHECK(evidence.gathered("connect", "tcp:443").subjects.size() == 3);
  }
}

TEST_CASE("can gather: threads with as many filters, but others, are not alike") {
  const std::string head = "settled yes\n", end = " len=- log=0 notify=0 wait_killable=- native=- compat=-\n";
  const auto filtered = [](int tid, int filter) {
    return "task " + std::to_string(tid) + " start=1 mode=2 filter=" + std::to_string(filter) +
           " count=1 exited=0\n";
  };
  for (const bool same : {true, false}) {
    Told evidence;
    std::string one = status("1000");
    one.replace(one.find("Seccomp:\t0"), 10, "Seccomp:\t2");
    evidence.kernel.answer(source::target_tasks_status, tasks_text({one, one, status("0")}))
        .answer(source::target_seccomp, head + filtered(100, 1) + filtered(101, same ? 1 : 2) +
                                            "filter 1 prev=0" + end + (same ? "" : "filter 2 prev=0" + end));
    CHECK(evidence.gathered("connect", "tcp:443").subjects.size() == (same ? 2 : 3));
  }
}

TEST_CASE("can gather: domains that changed while they were read, or lack a thread, are not known") {
  Told evidence;
  evidence.kernel.answer(source::target_landlock, "offset 0 symbol=- calibrated=0\nsettled no\n" +
                                                      Told::task(100, 0) + Told::task(101, 0) +
                                                      Told::task(102, 0));
  CHECK_FALSE(evidence.gathered("connect", "tcp:443").subjects.front().domain);
  Told missing;
  missing.kernel.answer(source::target_landlock, landlock_head + Told::task(100, 0));
  CHECK_FALSE(missing.gathered("connect", "tcp:443").subjects.back().domain);
}

TEST_CASE("can gather: without kernel memory the domain is not known, unless this kernel has no Landlock") {
  Told evidence;
  evidence.kernel.fail(source::target_landlock, EPERM);
  CHECK_FALSE(evidence.gathered("connect", "tcp:443").subjects.front().domain);
  evidence.kernel.fail(source::target_landlock, ENOSYS)
      .answer(source::self_landlock, "abi !ENOSYS\nerrata !ENOSYS\ndepth !ENOSYS\n")
      .answer(source::host_lsm, "capability");
  const World world = evidence.gathered("connect", "tcp:443");
  REQUIRE(world.subjects.front().domain);
  CHECK_FALSE(*world.subjects.front().domain);
}

TEST_CASE(
    "can gather: threads that came too fast leave the list incomplete, refused ones give their reason") {
  Told evidence;
  evidence.kernel.answer(source::target_tasks_status, tasks_text({status("1000")}, false));
  CHECK_FALSE(evidence.gathered("connect", "tcp:443").complete);
  evidence.kernel.fail(source::target_tasks_status, EACCES);
  const World world = evidence.gathered("connect", "tcp:443");
  CHECK(world.subjects.empty());
  CHECK(world.threads_gap.find("EACCES") != std::string::npos);
}

TEST_CASE("can gather: the other process is its main thread, and its domain the one that others meet") {
  Told evidence;
  const World world = evidence.peer().gathered("ptrace", "200");
  REQUIRE(world.peer);
  REQUIRE(world.peer->status);
  CHECK((*world.peer->status->uid)[0] == 1000);
  CHECK(inode_of(world.peer->ns, "user") == 4026531837U);
  REQUIRE(world.peer->domain);
  CHECK_FALSE(*world.peer->domain); // real=0, though it acts with domain=1
  CHECK(world.peer->has_program);
  CHECK(world.ptrace_scope == 1U);
  CHECK(evidence.witness->evidence().count(source::target_mountinfo) == 0); // no file was asked about
}

TEST_CASE("can gather: of a peer that was refused nothing is known") {
  Told evidence;
  evidence.peer().kernel.fail(source::peer_tasks_status, EACCES).fail(source::peer_landlock, EPERM);
  evidence.kernel.answer(source::peer_identity, "vantage observer\npid 200\nexecutable !ENOENT\nexited no\n");
  const World world = evidence.gathered("signal", "200");
  CHECK_FALSE(world.peer->status);
  CHECK_FALSE(world.peer->domain);
  CHECK_FALSE(world.peer->has_program);
  CHECK_FALSE(evidence.gathered("connect", "tcp:443").peer);
}

TEST_CASE("can: from evidence to a ruling") {
  Told evidence;
  evidence.kernel.answer(source::host_bpf_programs, "cgroup_sock_addr 0\ncgroup_sock 0\n");
  const World world = evidence.gathered("connect", "tcp:443");
  const Ruling ruling = evaluate(parse_question({"connect", "tcp:443"}).value(), world);
  CHECK(ruling.answer == Answer::yes); // thread 102 is in no domain
  CHECK(ruling.thread == 102);
  CHECK(ruling.threads == 3);
}
