#include "probes/landlock.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <functional>

using namespace sbx;

namespace {

// Kernel ABI 7 with everything of it, in the text of target/landlock.
const std::string head = "offset 0 symbol=- calibrated=0\nsettled yes\n";
const std::string all_rights = "fs=0xffff net=0x3 scoped=0x3";
const std::string abi_2_rights = "fs=0x3fff net=0x0 scoped=0x0";

std::string task(int tid, int domain) {
  const std::string number = std::to_string(domain);
  return "task " + std::to_string(tid) + " start=1 domain=" + number + " real=" + number +
         " exited=0 name=t" + std::to_string(tid) + "\n";
}

std::string domain(int number, const std::string& masks, int rules = 2) {
  return "domain " + std::to_string(number) + " layers=1 rules=" + std::to_string(rules) + "\nlayer " +
         std::to_string(number) + " 1 " + masks + "\n";
}

struct Scene {
  FakeKernel kernel;
  Scene() {
    kernel.answer(source::target_identity,
                  "vantage observer\npid 100\nstart_ticks 1\nboot_id x\nexited no\n");
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    kernel.answer(source::host_lsm, "capability,landlock,bpf");
    kernel.answer(source::target_tasks_status, tasks_text({"Seccomp:\t0\n"}));
    offers("7", "7", "0");
  }
  Scene& offers(const std::string& abi, const std::string& errata, const std::string& depth) {
    kernel.answer(source::self_landlock, "abi " + abi + "\nerrata " + errata + "\ndepth " + depth + "\n");
    return *this;
  }
  Scene& tried(const std::string& lines, const std::string& abi = "7", const std::string& depth = "1") {
    kernel.answer(source::self_landlock,
                  "abi " + abi + "\nerrata 7\ndepth " + depth + "\ntrial restrict_self ok ok\n" + lines);
    return *this;
  }
  Scene& memory(const std::string& lines) {
    kernel.answer(source::target_landlock, head + lines);
    return *this;
  }
  Scene& self() {
    kernel.answer(source::target_identity, "vantage self\npid 100\nstart_ticks 1\nboot_id x\nexited no\n");
    kernel.fail(source::target_landlock, EPERM, "bpf(2) needs CAP_BPF and CAP_PERFMON");
    return *this;
  }
  Finding find() {
    Witness witness(kernel);
    return landlock(witness);
  }
};

} // namespace

TEST_CASE("landlock: every thread in a domain that handles the file rights is enforced") {
  const Finding finding = Scene().memory(task(100, 1) + task(101, 1) + domain(1, all_rights, 9)).find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["level"] == 7);
  CHECK(finding.claims()["layers"] == 1);
  CHECK(finding.claims()["rules"] == 9);
  CHECK(finding.claims()["tasks_confined"] == 2);
  CHECK(finding.claims()["handled_net"] == Claims{"bind_tcp", "connect_tcp"});
  CHECK(finding.summary() == "level 7 of kernel ABI 7: 1 layer, 9 rules");
}

TEST_CASE("landlock: the level is what the domain handles, not what the kernel offers") {
  const Finding finding = Scene().memory(task(100, 1) + domain(1, abi_2_rights, 0)).find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["level"] == 2);
  CHECK(finding.claims()["kernel_abi"] == 7);
  std::vector<std::string> open;
  for (const Claims& right : finding.claims()["not_handled"])
    open.push_back(right["right"]);
  CHECK(open == std::vector<std::string>{"truncate", "bind_tcp", "connect_tcp", "ioctl_dev",
                                         "abstract_unix_socket", "signal"});
  CHECK(finding.claims()["not_handled"][0]["abi"] == 3);
}

TEST_CASE("landlock: rights of several layers add up, and refer is denied wherever a file right is") {
  const Finding finding =
      Scene()
          .memory(task(100, 1) + "domain 1 layers=2 rules=1\nlayer 1 1 fs=0x1fff net=0x0 scoped=0x0\n"
                                 "layer 1 2 fs=0x4000 net=0x3 scoped=0x0\n")
          .find();
  CHECK(finding.claims()["layers"] == 2);
  CHECK(finding.claims()["level"] == 4);
}

TEST_CASE("landlock: a level above what the kernel offers is not claimed") {
  CHECK(Scene()
            .offers("2", "!EINVAL", "0")
            .memory(task(100, 1) + domain(1, all_rights))
            .find()
            .claims()["level"] == 2);
}

TEST_CASE("landlock: a domain without the file rights of ABI 1 is partial at level 0") {
  const Finding net_only = Scene().memory(task(100, 1) + domain(1, "fs=0x0 net=0x3 scoped=0x0")).find();
  CHECK(net_only.state() == State::partial);
  CHECK(net_only.claims()["level"] == 0);
  CHECK(net_only.claims()["handled_fs"] == Claims::array());
}

TEST_CASE("landlock: one thread outside makes it partial, 1 of 2, and level 0") {
  const Finding finding = Scene().memory(task(100, 0) + task(101, 1) + domain(1, all_rights)).find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["tasks_confined"] == 1);
  CHECK(finding.claims()["tasks_total"] == 2);
  CHECK(finding.claims()["level"] == 0);
  CHECK(finding.summary() == "1 of 2 threads confined; outside: t100 (100)");
  CHECK(finding.remedy());
}

TEST_CASE("landlock: the weaker of two domains decides") {
  const Finding finding =
      Scene().memory(task(100, 1) + task(101, 2) + domain(1, all_rights) + domain(2, abi_2_rights, 0)).find();
  CHECK(finding.claims()["level"] == 2);
  CHECK(finding.claims()["domains"] == 2);
}

TEST_CASE("landlock: no thread in a domain, seen in kernel memory, is absent") {
  const Finding finding = Scene().memory(task(100, 0)).find();
  CHECK(finding.state() == State::absent);
  CHECK(finding.claims()["layers"] == 0);
  CHECK(finding.claims()["tasks_confined"] == 0);
}

TEST_CASE("landlock: without kernel memory it is unknown with the reason, never absent") {
  Scene scene;
  scene.kernel.fail(source::target_landlock, EPERM, "bpf(2) needs CAP_BPF and CAP_PERFMON");
  const Finding finding = scene.find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::denied);
  CHECK(finding.gap()->detail == "bpf(2) needs CAP_BPF and CAP_PERFMON (EPERM)");
  CHECK(finding.claims()["level"].is_null());
  CHECK(finding.claims()["kernel_abi"] == 7);
  CHECK(finding.remedy());
}

TEST_CASE("landlock: each way of having no kernel memory is unknown") {
  for (const int error :
       {EPERM, EACCES, ENOENT, ENOSYS, EOPNOTSUPP, EINVAL, E2BIG, ENXIO, EBADMSG, ENOBUFS, ESRCH}) {
    Scene scene;
    scene.kernel.fail(source::target_landlock, error);
    CHECK(scene.find().state() == State::unknown);
  }
}

TEST_CASE("landlock: a kernel without it cannot have a domain: absent, and the kernel offers 0") {
  for (const char* answer : {"!ENOSYS", "!EOPNOTSUPP"}) {
    Scene scene;
    scene.kernel.answer(source::host_lsm, "capability,yama").fail(source::target_landlock, ENOSYS);
    const Finding finding = scene.offers(answer, answer, answer).find();
    CHECK(finding.state() == State::absent);
    CHECK(finding.claims()["kernel_abi"] == 0);
    CHECK(finding.claims()["tasks_total"] == 1);
  }
}

TEST_CASE("landlock: ENOSYS under a filter of our own proves nothing") {
  Scene scene;
  scene.kernel.answer(source::self_status, "Seccomp:\t2\n").fail(source::host_lsm, ENOENT);
  scene.kernel.fail(source::target_landlock, ENOSYS);
  const Finding finding = scene.offers("!ENOSYS", "!ENOSYS", "!ENOSYS").find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["kernel_abi"].is_null());
}

TEST_CASE("landlock: ENOSYS though the LSM list names it is a filter's answer") {
  Scene scene;
  scene.kernel.fail(source::target_landlock, ENOSYS);
  CHECK(scene.offers("!ENOSYS", "!ENOSYS", "!ENOSYS").find().state() == State::unknown);
}

TEST_CASE("landlock: EPERM from the version query says nothing about domains") {
  Scene scene;
  scene.kernel.fail(source::target_landlock, EPERM);
  CHECK(scene.offers("!EPERM", "!EPERM", "!EPERM").find().state() == State::unknown);
}

TEST_CASE("landlock: from inside, the layers that still fit tell how many there are, not what they handle") {
  const Finding finding = Scene().self().offers("7", "7", "3").find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["layers"] == 3);
  CHECK(finding.claims()["level"].is_null());
  CHECK(finding.claims()["tasks_total"] == 1);
}

TEST_CASE("landlock: from inside, room for all 16 layers proves that there is none") {
  CHECK(Scene().self().find().state() == State::absent);
}

TEST_CASE("landlock: from inside, a depth that could not be counted is unknown") {
  CHECK(Scene().self().offers("7", "7", "!EPERM").find().state() == State::unknown);
}

TEST_CASE(
    "landlock: from inside, what is denied though ordinary permission allows it is proved to be handled") {
  const Finding finding = Scene()
                              .self()
                              .tried("present bind_tcp 127.0.0.1:0 ok EACCES\n"
                                     "present connect_tcp 127.0.0.1:0 ok ECONNREFUSED\n"
                                     "present read_dir / ok ok\npresent read_file /etc/passwd EACCES EACCES\n"
                                     "present make_reg /tmp ok ENOENT\npresent signal parent ok EPERM\n")
                              .find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["proved_handled"] == Claims{"bind_tcp", "signal"});
  CHECK(finding.claims()["proved_level"] == 0);
  CHECK(finding.claims()["level"].is_null());
  CHECK(finding.claims()["layers"] == 1);
  CHECK(finding.summary().find("at least, as trials showed: bind_tcp, signal") != std::string::npos);
  CHECK_FALSE(finding.sources().empty());
}

TEST_CASE("landlock: from inside, each right has its own errno, and another one proves nothing") {
  const auto proved = [](const std::string& lines) {
    return Scene().self().tried(lines).find().claims()["proved_handled"];
  };
  CHECK(proved("present signal parent ok EACCES\n") == Claims::array());
  CHECK(proved("present signal parent EPERM EPERM\n") == Claims::array());
  CHECK(proved("present bind_tcp 127.0.0.1:0 ok EPERM\n") == Claims::array());
  CHECK(proved("present make_block /tmp ok EPERM\n") == Claims::array());
  CHECK(proved("present ioctl_dev /dev/null ok ENOTTY\n") == Claims::array());
  CHECK(proved("present bind_udp 127.0.0.1:0 ok EACCES\n") == Claims::array()); // ABI 10
  CHECK(proved("present something / ok EACCES\n") == Claims::array());
  CHECK(proved("present read_dir / ok ok\npresent read_dir /etc ok EACCES\n") == Claims{"read_dir", "refer"});
}

TEST_CASE("landlock: from inside, where something else could have denied it, nothing is proved") {
  const std::string denied = "present bind_tcp 127.0.0.1:0 ok EACCES\n";
  const auto claims = [&](const std::function<void(FakeKernel&)>& change) {
    Scene scene;
    scene.self().tried(denied);
    change(scene.kernel);
    return scene.find().claims();
  };
  CHECK(claims([](FakeKernel&) {}).contains("proved_handled"));
  CHECK_FALSE(claims([](FakeKernel& kernel) {
                kernel.answer(source::self_status, "Seccomp:\t2\n");
              }).contains("proved_handled"));
  CHECK_FALSE(claims([](FakeKernel& kernel) {
                kernel.fail(source::self_status, EACCES);
              }).contains("proved_handled"));
  for (const char* lsms : {"capability,landlock,selinux", "capability,landlock,apparmor", "landlock,new_one",
                           "landlock,tomoyo", "landlock,ipe"})
    CHECK_FALSE(claims([&](FakeKernel& kernel) {
                  kernel.answer(source::host_lsm, lsms);
                }).contains("proved_handled"));
  CHECK_FALSE(
      claims([](FakeKernel& kernel) { kernel.fail(source::host_lsm, ENOENT); }).contains("proved_handled"));
  const auto with_label = [&](const std::string& label) {
    return claims([&](FakeKernel& kernel) {
      kernel.answer(source::host_lsm, "landlock,apparmor");
      kernel.answer(source::target_tasks_attr, "100 current=:x apparmor=:" + label + " smack=!ENOENT\n");
    });
  };
  CHECK(with_label("unconfined").contains("proved_handled"));
  CHECK_FALSE(with_label("a\\x20(enforce)").contains("proved_handled"));
  CHECK_FALSE(with_label("a\\x20(unconfined)").contains("proved_handled"));
}

TEST_CASE("landlock: from inside, nothing is proved of another process, nor outside of every layer") {
  Scene other;
  other.tried("present bind_tcp 127.0.0.1:0 ok EACCES\n");
  other.kernel.fail(source::target_landlock, EPERM);
  CHECK(other.find().state() == State::unknown);
  CHECK_FALSE(other.find().claims().contains("proved_handled"));
  Scene outside;
  outside.self().tried("present bind_tcp 127.0.0.1:0 ok EACCES\n", "7", "0");
  CHECK(outside.find().state() == State::absent);
  CHECK_FALSE(outside.find().claims().contains("proved_handled"));
}

TEST_CASE("landlock: from inside, a level is claimed only where every right of the kernel's is proved") {
  std::string lines;
  for (const char* right :
       {"execute", "write_file", "read_file", "read_dir", "remove_dir", "remove_file", "make_char",
        "make_dir", "make_reg", "make_sock", "make_fifo", "make_block", "make_sym"})
    lines += std::string("present ") + right + " / ok EACCES\n";
  const Claims first = Scene().self().tried(lines).find().claims();
  CHECK(first["proved_level"] == 2); // refer is denied with them
  CHECK(first["level"].is_null());
  const Claims whole = Scene().self().tried(lines, "2").find().claims();
  CHECK(whole["proved_level"] == 2);
  CHECK(whole["level"] == 2);
  CHECK(Scene().self().tried(lines.substr(lines.find('\n') + 1)).find().claims()["proved_level"] == 0);
}

TEST_CASE("landlock: our own depth says nothing about another process") {
  Scene scene;
  scene.kernel.fail(source::target_landlock, EPERM);
  CHECK(scene.offers("7", "7", "3").find().state() == State::unknown);
}

TEST_CASE("landlock: threads that changed while they were read: a weak one is a fact, a strong one is not") {
  const std::string unsettled = "offset 0 symbol=- calibrated=0\nsettled no\n";
  Scene scene;
  scene.kernel.answer(source::target_landlock, unsettled + task(100, 1) + domain(1, all_rights));
  CHECK(scene.find().state() == State::unknown);
  CHECK(scene.find().claims()["level"].is_null());
  scene.kernel.answer(source::target_landlock,
                      unsettled + task(100, 0) + task(101, 1) + domain(1, all_rights));
  CHECK(scene.find().state() == State::partial);
  scene.kernel.answer(source::target_landlock, unsettled + task(100, 0));
  CHECK(scene.find().state() == State::unknown);
}

TEST_CASE("landlock: an exited thread beside a running one is outside of nothing") {
  CHECK(
      Scene()
          .memory("task 100 start=1 domain=0 real=0 exited=1 name=x\n" + task(101, 1) + domain(1, all_rights))
          .find()
          .state() == State::enforced);
}

TEST_CASE("landlock: text that makes no sense is malformed") {
  Scene scene;
  scene.kernel.answer(source::target_landlock, "task 1 domain=9\n");
  CHECK(scene.find().gap()->kind == GapKind::malformed);
}

TEST_CASE(
    "landlock: rules that were not read, or not looked up, may grant everything: unknown, never enforced") {
  CHECK(Scene().memory(task(100, 1) + domain(1, abi_2_rights)).find().state() == State::unknown);
  CHECK(Scene().memory(task(100, 1) + domain(1, all_rights)).find().state() ==
        State::enforced); // ports, at least
  const std::string rule =
      " dev=8:1 inode=2 fs=ext4 mode=40755 nlink=9 name=/\n"; // its path was not looked up
  const Finding unseen =
      Scene().memory(task(100, 1) + domain(1, abi_2_rights, 1) + "rule 1 1:0xffff" + rule).find();
  CHECK(unseen.state() == State::unknown);
  CHECK(unseen.claims()["rule_list"].size() == 1); // what was read is told all the same
  CHECK(unseen.claims()["level"] == 2);
  CHECK(Scene().memory(task(100, 1) + domain(1, abi_2_rights, 1) + "rule 1 1:0xd" + rule).find().state() ==
        State::enforced);
}
