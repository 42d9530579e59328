#include "probes/lsm.h"

#include "fake_kernel.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

struct Scene {
  FakeKernel kernel;
  Scene(const std::string& lsms, const std::string& attr) {
    kernel.answer(source::host_lsm, lsms);
    kernel.answer(source::target_tasks_attr, attr);
  }
  Finding find() {
    Witness witness(kernel);
    return lsm(witness);
  }
};

const std::string none = "100 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n";

std::string apparmor(int tid, const std::string& label) {
  return std::to_string(tid) + " current=:" + label + " apparmor=:" + label + " smack=!ENOENT\n";
}

std::string selinux(const std::string& label) {
  return "100 current=:" + label + " apparmor=!ENOENT smack=!ENOENT\n";
}

} // namespace

TEST_CASE("lsm: an AppArmor profile in enforce mode is enforced") {
  const Finding finding = Scene("capability,apparmor", apparmor(100, "docker-default\\x20(enforce)")).find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["label"] == "docker-default");
  CHECK(finding.claims()["mode"] == "enforce");
  CHECK(finding.claims()["module"] == "apparmor");
}

TEST_CASE("lsm: an AppArmor profile that only complains is partial, an unconfined task absent") {
  CHECK(Scene("apparmor", apparmor(100, "man_filter\\x20(complain)")).find().state() == State::partial);
  CHECK(Scene("apparmor", apparmor(100, "unconfined")).find().state() == State::absent);
  CHECK(Scene("apparmor", apparmor(100, "chrome\\x20(unconfined)")).find().state() == State::absent);
}

TEST_CASE("lsm: one unconfined thread makes it partial") {
  const Finding finding =
      Scene("apparmor", apparmor(100, "a\\x20(enforce)") + apparmor(101, "unconfined")).find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["label"] == "unconfined");
}

TEST_CASE("lsm: SELinux confines by type, and only where it enforces") {
  Scene scene("capability,selinux", selinux("system_u:system_r:container_t:s0:c1,c2"));
  CHECK(scene.find().state() == State::unknown); // whether it enforces was not seen
  scene.kernel.answer(source::host_selinux_enforce, "1");
  CHECK(scene.find().state() == State::enforced);
  scene.kernel.answer(source::host_selinux_enforce, "0");
  CHECK(scene.find().state() == State::partial);
  scene.kernel.answer(source::host_selinux_enforce, "1");
  scene.kernel.answer(source::target_tasks_attr, selinux("unconfined_u:unconfined_r:unconfined_t:s0"));
  CHECK(scene.find().state() == State::absent);
}

TEST_CASE("lsm: no module that labels is absent") {
  const Finding finding = Scene("lockdown,capability,landlock,bpf", none).find();
  CHECK(finding.state() == State::absent);
  CHECK(finding.summary() == "no AppArmor, SELinux or Smack label here");
  CHECK(finding.claims()["active"] == Claims{"lockdown", "capability", "landlock", "bpf"});
}

TEST_CASE("lsm: the kernel's EINVAL says that nobody labels, even where the list was not seen") {
  Scene scene("x", none);
  scene.kernel.fail(source::host_lsm, ENOENT);
  CHECK(scene.find().state() == State::absent);
  CHECK(scene.find().claims()["active"].is_null());
}

TEST_CASE("lsm: a label we may not read is unknown, never absent") {
  CHECK(Scene("apparmor", "100 current=!EACCES apparmor=!EACCES smack=!ENOENT\n").find().state() ==
        State::unknown);
  Scene scene("apparmor", none);
  scene.kernel.fail(source::target_tasks_attr, EPERM);
  CHECK(scene.find().state() == State::unknown);
  CHECK(scene.find().claims()["label"].is_null());
}

TEST_CASE("lsm: a kernel without an attr directory leaves it unknown") {
  const Finding finding = Scene("capability", "100 current=!ENOENT apparmor=!ENOENT smack=!ENOENT\n").find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.gap()->kind == GapKind::unsupported);
}

TEST_CASE("lsm: a label of a module that is not known here is unknown") {
  CHECK(Scene("capability,futurelsm", selinux("whatever")).find().gap()->kind == GapKind::malformed);
}

TEST_CASE("lsm: hostile bytes in a label are escaped") {
  const Finding finding = Scene("apparmor", apparmor(100, "\\x1b[2J\\x20(enforce)")).find();
  CHECK(finding.claims()["label"] == "\\x1b[2J");
}

TEST_CASE("lsm: text that makes no sense is malformed") {
  CHECK(Scene("apparmor", "100 current=x\n").find().gap()->kind == GapKind::malformed);
}
