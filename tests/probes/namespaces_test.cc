#include "probes/namespaces.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

// The fixed numbers of the initial namespaces, kernels since 6.17.
const std::string host =
    " user=4026531837 mnt=4026531832 pid=4026531836 net=4026531833 ipc=4026531839 uts=4026531838"
    " cgroup=4026531835 time=4026531834";
const std::string own =
    " user=4026532201 mnt=4026532202 pid=4026532203 net=4026532204 ipc=4026532205 uts=4026532206"
    " cgroup=4026532207 time=4026532208";
// Before 6.17 net and mnt have no fixed number.
const std::string old_host = " user=4026531837 mnt=4026531841 pid=4026531836 net=4026531840 ipc=4026531839"
                             " uts=4026531838 cgroup=4026531835 time=4026531834";

struct Scene {
  FakeKernel kernel;
  Scene(const std::string& links, const std::string& self = host) {
    kernel.answer(source::target_tasks_ns, links);
    kernel.answer(source::self_ns, "50" + self + "\n");
    kernel.answer(source::init_ns, "2" + self + "\n");
    kernel.answer(source::target_user_ns,
                  "user 4026532201 owner_uid=1000\nuser 4026531837 owner_uid=0\nend EPERM\n");
    kernel.answer(source::target_uid_map, "         0       1000          1\n");
  }
  Finding find() {
    Witness witness(kernel);
    return namespaces(witness);
  }
};

std::string with(std::string links, const std::string& from, const std::string& to) {
  links.replace(links.find(from), from.size(), to);
  return links;
}

} // namespace

TEST_CASE("namespaces: six of its own are enforced, whatever cgroup and time are") {
  CHECK(Scene("100" + own + "\n").find().state() == State::enforced);
  CHECK(Scene("100" + with(own, "time=4026532208", "time=4026531834") + "\n").find().state() ==
        State::enforced);
  CHECK(Scene("100" + with(own, "cgroup=4026532207", "cgroup=!EACCES") + "\n").find().state() ==
        State::enforced);
}

TEST_CASE("namespaces: all the host's is absent") {
  const Finding finding = Scene("100" + host + "\n").find();
  CHECK(finding.state() == State::absent);
  CHECK(finding.claims()["net"] == Claims{{"inode", 4026531833}, {"initial", true}});
}

TEST_CASE("namespaces: of its own only cgroup or time is absent: none of the six that matter") {
  const Finding finding = Scene("100" + with(host, "time=4026531834", "time=4026532208") + "\n").find();
  CHECK(finding.state() == State::absent);
  CHECK(finding.summary() == "own: time; shared with the host: user mnt pid net ipc uts cgroup");
}

TEST_CASE("namespaces: some are partial, and both sides are named") {
  const Finding finding = Scene("100" + with(own, "net=4026532204", "net=4026531833") + "\n").find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.summary() == "own: user mnt pid ipc uts cgroup time; shared with the host: net");
}

TEST_CASE("namespaces: one thread in the host's makes the kind the host's") {
  const Finding finding =
      Scene("100" + own + "\n101" + with(own, "net=4026532204", "net=4026531833") + "\n").find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["net"]["initial"] == true);
  CHECK(finding.claims()["differing"] == Claims{"net"});
}

TEST_CASE("namespaces: what we may not read is unknown, never the host's") {
  const Finding finding = Scene("100 user=!EACCES mnt=!EACCES pid=!EACCES net=!EACCES ipc=!EACCES "
                                "uts=!EACCES cgroup=!EACCES time=!EACCES\n")
                              .find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::denied);
  CHECK(finding.claims()["net"] == Claims{{"inode", nullptr}, {"initial", nullptr}});
}

TEST_CASE("namespaces: one unread of the six among its own leaves the whole unknown") {
  CHECK(Scene("100" + with(own, "net=4026532204", "net=!EACCES") + "\n").find().state() == State::unknown);
  CHECK(Scene("100" + with(host, "net=4026531833", "net=!EACCES") + "\n").find().state() == State::unknown);
}

TEST_CASE("namespaces: without a fixed number kthreadd decides, and without kthreadd nobody does") {
  CHECK(Scene("100" + old_host + "\n", old_host).find().state() == State::absent);
  CHECK(Scene("100" + own + "\n", old_host).find().state() == State::enforced);
  Scene scene("100" + own + "\n", old_host);
  scene.kernel.fail(source::init_ns, EACCES);
  const Finding finding = scene.find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["net"] == Claims{{"inode", 4026532204}, {"initial", nullptr}});
  CHECK(finding.claims()["pid"]["initial"] == false);
}

TEST_CASE("namespaces: one that a lower user namespace owns is not the initial one, without kthreadd too") {
  Scene scene("100" + own + "\n", old_host);
  scene.kernel.fail(source::init_ns, EACCES);
  scene.kernel.answer(source::target_ns_owners, "4026532202 4026532201\n4026532204 !EPERM\n");
  const Claims claims = scene.find().claims();
  CHECK(claims["mnt"]["initial"] == false);
  CHECK(claims["net"]["initial"].is_null());
  scene.kernel.answer(source::target_ns_owners, "4026532202 4026531837\n4026532204 4026532201\n");
  CHECK(scene.find().claims()["mnt"]["initial"].is_null()); // the initial one owns others, too
  CHECK(scene.find().state() == State::unknown);
}

TEST_CASE("namespaces: PID 2 of another PID namespace is not kthreadd") {
  Scene scene("100" + own + "\n", with(old_host, "pid=4026531836", "pid=4026532203"));
  CHECK(scene.find().claims()["net"]["initial"].is_null());
}

TEST_CASE("namespaces: a kind that this kernel does not have is the whole machine's") {
  const std::string old_kernel = with(old_host, " time=4026531834", " time=!ENOENT");
  const Finding finding = Scene("100" + old_kernel + "\n", old_kernel).find();
  CHECK(finding.state() == State::absent);
  CHECK(finding.claims()["time"] == Claims{{"inode", nullptr}, {"initial", true}});
}

TEST_CASE("namespaces: from numbers that Linux does not give nothing follows") {
  const std::string made_up =
      " user=2 mnt=!ENOENT pid=3 net=4 ipc=!ENOENT uts=!ENOENT cgroup=!ENOENT time=!ENOENT";
  const Finding finding = Scene("100" + made_up + "\n", made_up).find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["user"] == Claims{{"inode", 2}, {"initial", nullptr}});
  CHECK(finding.claims()["mnt"]["initial"].is_null());
}

TEST_CASE("namespaces: a zombie's missing links are not the host's") {
  const Finding finding =
      Scene(
          "100 user=4026531837 mnt=!ENOENT pid=4026531836 net=!ENOENT ipc=!ENOENT uts=!ENOENT cgroup=!ENOENT "
          "time=!ENOENT\n")
          .find();
  CHECK(finding.state() == State::unknown);
}

TEST_CASE("namespaces: the owner, the depth and the maps of the user namespace are told") {
  const Claims claims = Scene("100" + own + "\n").find().claims();
  CHECK(claims["user_owner_uid"] == 1000);
  CHECK(claims["user_depth"] == 1);
  CHECK(claims["uid_map"] == Claims{"0 1000 1"});
  CHECK(claims["gid_map"].is_null());
}

TEST_CASE("namespaces: links that make no sense are malformed") {
  CHECK(Scene("100 net=abc\n").find().gap()->kind == GapKind::malformed);
}
