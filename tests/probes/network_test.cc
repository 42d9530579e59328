#include "probes/network.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string host =
    " user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833 ipc=4026531839 uts=4026531838"
    " cgroup=4026531835 time=4026531834";
const std::string own =
    " user=4026531837 mnt=4026532202 pid=4026532203 net=4026532008 ipc=4026532205 uts=4026532206"
    " cgroup=4026532207 time=4026531834";
const std::string status =
    "Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nCapInh:\t0000000000000000\n"
    "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
    "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t0\nSeccomp_filters:\t0\n";
const std::string loopback = "netns 4026532008 tid=100\n"
                             "link 1 name=lo kind=- flags=0x49 peer=- peer_netns=- master=- mac=-\n"
                             "address 1 127.0.0.1/8\n";
const std::string veth = "link 2 name=eth0 kind=veth flags=0x1043 peer=5 peer_netns=0 master=- mac=-\n";
const std::string on_link = "address 2 10.89.77.3/24\n"
                            "route table=254 to=10.89.77.0/24 type=1 link=2 via=- metric=0 protocol=2\n";
const std::string by_default =
    "route table=254 to=0.0.0.0/0 type=1 link=2 via=10.89.77.1 metric=0 protocol=3\n";

struct Scene {
  FakeKernel kernel;
  Scene(const std::string& links = own) {
    kernel.answer(source::target_tasks_ns, "100" + links + "\n");
    kernel.answer(source::self_ns, "50" + host + "\n");
    kernel.answer(source::init_ns, "2" + host + "\n");
    kernel.answer(source::target_user_ns, "user 4026531837 owner_uid=0\nend EPERM\n");
    kernel.answer(source::target_ns_owners, "4026532202 4026531837\n4026532008 4026531837\n");
    kernel.answer(source::target_uid_map, "         0          0 4294967295\n");
    kernel.answer(source::target_gid_map, "         0          0 4294967295\n");
    kernel.answer(source::target_tasks_status, tasks_text({status}));
    kernel.answer(source::host_machine, "x86_64");
    kernel.answer(source::target_net_ruleset, "netns 4026532008 tid=100\nend ok\n");
    kernel.answer(source::target_net_peers, "searched 3 end ok\n");
  }
  Scene& config(const std::string& lines) {
    kernel.answer(source::target_net_config, loopback + lines + "end ok\n");
    return *this;
  }
  Scene& lookup(const std::string& v4, const std::string& v6 = "!ENETUNREACH") {
    kernel.answer(source::target_net_lookups,
                  "4026532008/1.1.1.1/1000 " + v4 + "\n4026532008/2606:4700:4700::1111/1000 " + v6 + "\n");
    return *this;
  }
  Finding find() {
    Witness witness(kernel);
    return network(witness);
  }
};

const std::string out_by_eth0 = "type=1 link=2 via=10.89.77.1 from=10.89.77.3 table=254";

} // namespace

TEST_CASE("network: whose network it is was not seen: nothing narrower than unknown is said") {
  Scene scene;
  scene.config("").lookup("!ENETUNREACH");
  CHECK(scene.find().claims()["egress"] == "none");
  scene.kernel.fail(source::init_ns, EACCES);
  const Finding found = scene.find();
  CHECK(found.state() == State::unknown);
  CHECK(found.claims()["egress"] == "unknown");
  CHECK(found.claims()["because"].get<std::string>().find("host's own network") != std::string::npos);
}

TEST_CASE("network: loopback only is enforced") {
  const Finding finding = Scene().config("").find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["egress"] == "none");
  CHECK(finding.claims()["shape"] == "loopback_only");
  CHECK(finding.claims()["default_route"] == "none");
}

TEST_CASE("network: the host's is absent, by one thread of several too") {
  Scene scene(host);
  scene.config("");
  CHECK(scene.find().state() == State::absent);
  CHECK(scene.find().claims()["egress"] == "host");
  Scene one;
  one.config("");
  one.kernel.answer(source::target_tasks_status, tasks_text({status, status}));
  one.kernel.answer(source::target_tasks_ns, "100" + own + "\n101" + host + "\n");
  CHECK(one.find().claims()["egress"] == "host");
}

TEST_CASE("network: a way out without rules is partial, and open") {
  const Finding finding = Scene().config(veth + on_link + by_default).lookup(out_by_eth0).find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["egress"] == "open");
  CHECK(finding.claims()["shape"] == "routed");
  CHECK(finding.claims()["default_route"] == "ipv4");
}

TEST_CASE("network: what was refused is unknown with a gap, never none") {
  Scene scene;
  scene.kernel.fail(source::target_net_config, EACCES);
  CHECK(scene.find().state() == State::unknown);
  CHECK(scene.find().claims()["egress"] == "unknown");
  Scene joined;
  joined.kernel.answer(source::target_net_config, "netns 4026532008 tid=100\nend !EPERM\n");
  const Finding finding = joined.find();
  CHECK(finding.state() == State::unknown);
  REQUIRE(finding.gap());
  CHECK(finding.gap()->kind == GapKind::denied);
}

TEST_CASE("network: rules that were refused leave a way out unknown") {
  Scene scene;
  scene.config(veth + on_link + by_default).lookup(out_by_eth0);
  scene.kernel.answer(source::target_net_ruleset, "netns 4026532008 tid=100\nend !EPERM\n");
  const Finding finding = scene.find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["default_route"] == "ipv4");
}

TEST_CASE("network: a kernel without it, and text that makes no sense, are unknown") {
  Scene scene;
  scene.kernel.fail(source::target_net_config, EOPNOTSUPP);
  CHECK(scene.find().state() == State::unknown);
  Scene broken;
  broken.kernel.answer(source::target_net_config, "netns x\n");
  const Finding finding = broken.find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::malformed);
}

TEST_CASE("network: a recording that holds nothing of it is unknown, not attempted") {
  FakeKernel kernel;
  kernel.answer(source::target_tasks_ns, "100" + own + "\n");
  Witness witness(kernel);
  CHECK(network(witness).state() == State::unknown);
}

TEST_CASE("network: a thread whose network was not seen leaves none unknown") {
  Scene scene;
  scene.config("");
  scene.kernel.answer(source::target_tasks_status, tasks_text({status, status}));
  scene.kernel.answer(source::target_tasks_ns,
                      "100" + own +
                          "\n101 user=!EACCES mnt=!EACCES pid=!EACCES net=!EACCES ipc=!EACCES uts=!EACCES "
                          "cgroup=!EACCES time=!EACCES\n");
  CHECK(scene.find().state() == State::unknown);
}

TEST_CASE("network: who holds CAP_NET_ADMIN over its network is held by no rule and no missing route") {
  Scene scene;
  scene.config(veth + on_link).lookup("!ENETUNREACH");
  scene.kernel.answer(source::target_net_peers,
                      "netns 4026531833 distance=1 ours=1 processes=1 pid=1 comm=init cgroup=/ name=-\n"
                      "link 5 name=veth0 kind=veth flags=0x1043 master=- peer=2 peer_netns=4026532008\n"
                      "address 5 10.89.77.1/24\npublic 4 !ENETUNREACH\npublic 6 !ENETUNREACH\n"
                      "forwards 4 1\nforwards 6 0\nend ok\nsearched 3 end ok\n");
  CHECK(scene.find().claims()["egress"] == "none");
  std::string capable = status;
  for (const char* set : {"CapPrm:\t", "CapEff:\t"})
    capable.replace(capable.find(set) + 8, 16, "0000000000001000");
  scene.kernel.answer(source::target_tasks_status, tasks_text({capable}));
  const Finding finding = scene.find();
  CHECK(finding.claims()["egress"] == "open");
  CHECK(finding.claims()["may_change"] == true);
}

TEST_CASE("network: a connection that came about though nothing lets it out makes it open") {
  Scene scene;
  scene.config("");
  scene.kernel.answer(source::target_net_attempts, "4026532008/tcp:1.1.1.1:443/1000/1000 connected\n");
  Witness witness(scene.kernel);
  (void)witness.net_attempts({"4026532008/tcp:1.1.1.1:443/1000/1000"});
  const Finding finding = network(witness);
  CHECK(finding.claims()["egress"] == "open");
  CHECK(finding.claims()["attempts"].size() == 1);
}
