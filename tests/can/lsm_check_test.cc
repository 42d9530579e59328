#include "can/scene.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

TEST_CASE("can: a module whose policy cannot be evaluated leaves it unknown, an idle one does not") {
  CanScene scene;
  scene.world.active_lsms = std::vector<std::string>{"capability", "apparmor"};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown); // its label was not seen
  scene.subject().label = {apparmor_label("unconfined"), "apparmor", {}};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  scene.subject().label = {apparmor_label("docker-default (complain)"), "apparmor", {}};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  scene.subject().label = {apparmor_label("docker-default (enforce)"), "apparmor", {}};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  CHECK(scene.denied_by("read", "/etc/shadow") == "permissions");
  scene.world.active_lsms = std::vector<std::string>{"capability"};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  scene.world.active_lsms = not_known(GapKind::unsupported, source::host_lsm, "ENOENT");
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
}

TEST_CASE("can: SELinux, Smack, TOMOYO and modules that are not known here") {
  CanScene scene;
  const auto with = [&](const char* module, std::optional<LsmLabel> label) {
    scene.world.active_lsms = std::vector<std::string>{"capability", module};
    scene.subject().label = {std::move(label), module, {}};
    return scene.answer("read", "/etc/passwd");
  };
  const std::string confined = "system_u:system_r:container_t:s0", free = "u:r:unconfined_t:s0";
  CHECK(with("selinux", selinux_label(confined, true)) == Answer::unknown);
  CHECK(with("selinux", selinux_label(confined, false)) == Answer::yes);
  CHECK(with("selinux", selinux_label(free, true)) == Answer::yes);
  CHECK(with("smack", smack_label("_")) == Answer::unknown);
  CHECK(with("tomoyo", {}) == Answer::unknown);
  CHECK(with("lsm_of_tomorrow", {}) == Answer::unknown);
  CHECK(with("ima", {}) == Answer::yes);
  scene.world.kernel_command_line = std::string("ima_policy=appraise_tcb");
  CHECK(with("ima", {}) == Answer::unknown);
}

TEST_CASE("can: the BPF LSM is a yes only where no program of it is loaded") {
  CanScene scene;
  scene.world.active_lsms = std::vector<std::string>{"capability", "bpf"};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::yes);
  scene.world.bpf_programs = Properties{property("lsm", "1")};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  scene.world.bpf_programs = Properties{Property{"lsm", tl::unexpected<int>(EPERM)}};
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
  scene.world.bpf_programs = not_known(GapKind::denied, source::host_bpf_programs, "EPERM");
  CHECK(scene.answer("read", "/etc/passwd") == Answer::unknown);
}

TEST_CASE("can: TOMOYO and IPE do nothing before a policy is loaded, and that must have been seen") {
  CanScene scene;
  scene.world.active_lsms = std::vector<std::string>{"capability", "tomoyo", "ipe"};
  scene.add("/etc/tool", etc_dir, step(16, 0100755)).add("/etc/file", etc_dir, step(17, 0100644));
  CHECK(scene.said("read", "/etc/file", "lsm").starts_with("unknown")); // not seen
  scene.world.tomoyo = "Policy update:                                 0\nPolicy violation: 7\n";
  scene.world.ipe_policies = Properties{};
  CHECK(scene.said("execute", "/etc/tool", "lsm").starts_with("yes"));
  scene.world.ipe_policies = Properties{property("policy", "boot")};
  CHECK(scene.said("execute", "/etc/tool", "lsm").starts_with("unknown"));
  scene.world.ipe_policies = Properties{};
  scene.world.tomoyo = "Policy update:                                 1 (Last: 2026/11/21)\n";
  CHECK(scene.said("execute", "/etc/tool", "lsm").starts_with("unknown"));
}
