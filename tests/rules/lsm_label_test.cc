#include "rules/lsm_label.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("lsm_label: an AppArmor profile confines, and enforces in the modes that refuse") {
  const LsmLabel enforce = apparmor_label("docker-default (enforce)");
  CHECK(enforce.label == "docker-default");
  CHECK(enforce.mode == "enforce");
  CHECK(enforce.confines);
  CHECK(enforce.enforces);
  CHECK(apparmor_label("a (kill)").enforces);
}

TEST_CASE(
    "lsm_label: an AppArmor profile that only complains, or asks, or is mixed, is not taken to enforce") {
  for (const std::string mode : {"complain", "prompt", "mixed", "-", "", "ENFORCE", "enforce "}) {
    const LsmLabel label = apparmor_label("a//&:ns:b (" + mode + ")");
    CHECK(label.confines);
    CHECK_FALSE(label.enforces);
    CHECK(label.mode == mode);
    CHECK(label.label == "a//&:ns:b");
  }
}

TEST_CASE("lsm_label: unconfined is unconfined as a label and as the mode of a profile") {
  CHECK_FALSE(apparmor_label("unconfined").confines);
  CHECK(apparmor_label("unconfined").mode == "unconfined");
  const LsmLabel profile = apparmor_label("/usr/bin/x (unconfined)");
  CHECK_FALSE(profile.confines);
  CHECK_FALSE(profile.enforces);
}

TEST_CASE("lsm_label: an AppArmor label without a mode is never taken to enforce") {
  for (const char* text : {"", "docker-default", "docker-default (enforce", "docker-default(enforce)",
                           "(enforce)", "docker-default enforce)"})
    CHECK_FALSE(apparmor_label(text).enforces);
}

TEST_CASE("lsm_label: only the last parentheses are the mode, whatever the profile is called") {
  const LsmLabel label = apparmor_label("evil (enforce) (complain)");
  CHECK(label.label == "evil (enforce)");
  CHECK(label.mode == "complain");
  CHECK_FALSE(label.enforces);
}

TEST_CASE("lsm_label: an SELinux context confines by its type, and enforces where SELinux was seen to") {
  const std::string context = "system_u:system_r:container_t:s0:c1,c2";
  CHECK(selinux_label(context, true)->enforces);
  CHECK(selinux_label(context, true)->mode == "enforcing");
  CHECK(selinux_label(context, true)->label == context);
  CHECK(selinux_label(context, true)->confines);
  CHECK_FALSE(selinux_label(context, false)->enforces);
  CHECK(selinux_label(context, false)->mode == "permissive");
}

TEST_CASE("lsm_label: whether SELinux enforces is not said where it was not seen") {
  const auto label = selinux_label("system_u:system_r:container_t:s0", std::nullopt);
  CHECK(label->mode.empty());
  CHECK_FALSE(label->enforces);
}

TEST_CASE("lsm_label: the types that policy leaves free do not confine") {
  for (const char* type : {"unconfined_t", "unconfined_service_t", "spc_t", "kernel_t", "init_t", "initrc_t"})
    CHECK_FALSE(selinux_label(std::string("u:r:") + type + ":s0", true)->confines);
  CHECK(selinux_label("u:r:unconfined_t2", true)->confines);
  CHECK_FALSE(selinux_label("u:r:unconfined_t", true)->confines);
}

TEST_CASE("lsm_label: what is no SELinux context is not read as one") {
  for (const char* text : {"", "a:b", "unconfined", "docker-default (enforce)", "_"})
    CHECK_FALSE(selinux_label(text, true).has_value());
}

TEST_CASE("lsm_label: SELinux without a policy confines nothing, whatever it says of enforcing") {
  CHECK_FALSE(selinux_label("kernel", true)->confines);
  CHECK_FALSE(selinux_label("kernel", true)->enforces);
  CHECK(selinux_label("kernel", true)->mode == "no policy");
}

TEST_CASE("lsm_label: Smack's floor label is where every process starts, and confines nothing") {
  CHECK_FALSE(smack_label("_").confines);
  CHECK_FALSE(smack_label("_").enforces);
  CHECK(smack_label("App1").confines);
  CHECK(smack_label("App1").enforces);
}
