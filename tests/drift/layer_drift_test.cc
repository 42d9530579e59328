#include "drift/capability_drift.h"
#include "drift/label_drift.h"
#include "drift/namespace_drift.h"
#include "drift/no_new_privs_drift.h"
#include "drift/sandbox.h"
#include "drift/user_drift.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

struct Threads {
  FakeKernel kernel;
  Threads(std::initializer_list<std::string> statuses, bool settled = true) {
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    kernel.answer(source::target_tasks_status, tasks_text(statuses, settled));
  }
};

DriftRow privs(std::initializer_list<std::string> statuses, bool wanted, bool settled = true) {
  Threads threads(statuses, settled);
  Witness witness(threads.kernel);
  return no_new_privs_drift(witness, wish(wanted, 7));
}

const std::string set = "NoNewPrivs:\t1\n", unset = "NoNewPrivs:\t0\n", not_readable = "Errno:\tEACCES\n";

std::string capabilities_text(const std::string& effective, const std::string& bounding) {
  return "CapInh:\t0000000000000000\nCapPrm:\t" + effective + "\nCapEff:\t" + effective + "\nCapBnd:\t" +
         bounding + "\nCapAmb:\t0000000000000000\n";
}

DriftRow capability(std::initializer_list<std::string> statuses, std::uint64_t most) {
  Threads threads(statuses);
  Witness witness(threads.kernel);
  return capability_drift(witness, {wish(CapabilityWish{CapabilitySet::bounding, most})}).at(0);
}

const std::string no_capability = "0000000000000000", chown_only = "0000000000000001";

std::vector<DriftRow> users(FakeKernel& kernel, const UserWish& asked) {
  Witness witness(kernel);
  return user_drift(witness, wish(asked));
}

std::string ids(int uid, int gid) {
  const std::string u = std::to_string(uid), g = std::to_string(gid);
  return "Uid:\t" + u + "\t" + u + "\t" + u + "\t" + u + "\nGid:\t" + g + "\t" + g + "\t" + g + "\t" + g +
         "\n";
}

struct Labelled {
  FakeKernel kernel;
  explicit Labelled(const std::string& attr) {
    kernel.answer(source::self_status, "Seccomp:\t0\n");
    kernel.answer(source::host_lsm, "capability,apparmor");
    kernel.answer(source::target_tasks_status, tasks_text({"", ""}));
    kernel.answer(source::target_tasks_attr, attr);
  }
  DriftRow row(const std::string& label, const std::string& module = "apparmor") {
    Witness witness(kernel);
    return label_drift(witness, wish(LabelWish{module, label}));
  }
};

} // namespace

TEST_CASE("no_new_privs_drift: asked for and set, not set, and set though nobody asked") {
  CHECK(privs({set, set}, true).drift == Drift::same);
  CHECK(privs({set, unset}, true).drift == Drift::weaker);
  CHECK(privs({set, unset}, true).held == "set on 1 of 2 threads");
  CHECK(privs({set, unset}, true).where == "policy.yaml:7:3");
  CHECK(privs({unset}, true).held == "not set");
  CHECK(privs({unset}, false).drift == Drift::same);
  CHECK(privs({set}, false).drift == Drift::stronger);
}

TEST_CASE("no_new_privs_drift: a thread that was not seen is unknown beside those that have it") {
  CHECK(privs({set, not_readable}, true).drift == Drift::unknown);
  CHECK(privs({unset, not_readable}, true).drift == Drift::weaker);
  CHECK(privs({set}, true, false).drift == Drift::unknown); // threads come faster than they are counted
  FakeKernel kernel;
  kernel.fail(source::target_tasks_status, EACCES, "status");
  Witness witness(kernel);
  const DriftRow row = no_new_privs_drift(witness, wish(true));
  CHECK(row.drift == Drift::unknown);
  CHECK(row.source == "target/tasks/status");
}

TEST_CASE("capability_drift: the thread that holds most is held against the wish") {
  const std::string none = capabilities_text(no_capability, no_capability),
                    one = capabilities_text(no_capability, chown_only);
  CHECK(capability({none}, 0).drift == Drift::same);
  CHECK(capability({none, one}, 0).drift == Drift::weaker);
  CHECK(capability({none, one}, 0).held == "chown: asked for is none of it");
  CHECK(capability({none, one}, 1).drift == Drift::same);
  CHECK(capability({none}, 1).drift == Drift::stronger);
  CHECK(capability({none, not_readable}, 0).drift == Drift::unknown);
  CHECK(capability({one, not_readable}, 0).drift == Drift::weaker);
  CHECK(capability({capabilities_text(no_capability, "000001ffffffffff")}, ~std::uint64_t{0}).drift ==
        Drift::same);
}

TEST_CASE("namespace_drift: its own, the host's, and what nobody could tell") {
  Sandboxed sandbox;
  sandbox.answer({});
  const auto row = [&](const std::string& kind, bool own) {
    Witness witness(sandbox.kernel);
    return namespace_drift(witness, {wish(NamespaceWish{kind, own})}).at(0);
  };
  CHECK(row("net", true).drift == Drift::same);
  CHECK(row("net", false).drift == Drift::stronger);
  CHECK(row("pid", true).drift == Drift::weaker);
  CHECK(row("pid", true).held == "the host's (4026531836)");
  CHECK(row("pid", false).drift == Drift::same);
  CHECK(row("warp", true).drift == Drift::unknown);
  sandbox.kernel.fail(source::target_tasks_ns, EACCES, "links");
  CHECK(row("pid", true).drift == Drift::unknown);
  CHECK(row("pid", true).source == "target/tasks/ns");
}

TEST_CASE("namespace_drift: that the inspector shares it does not make it the host's") {
  Sandboxed sandbox;
  sandbox.answer({});
  // Before 6.17, from within a container: no number and no witness decides.
  sandbox.kernel.answer(source::self_ns, "50 user=4026532201 mnt=4026532300 pid=4026532203 net=4026532204 "
                                         "ipc=4026532205 uts=4026532206 cgroup=4026532207 time=4026532208\n");
  sandbox.kernel.fail(source::init_ns, EACCES, "kthreadd");
  Witness witness(sandbox.kernel);
  CHECK(namespace_drift(witness, {wish(NamespaceWish{"net", true})}).at(0).drift == Drift::unknown);
}

TEST_CASE("user_drift: ids are compared as the target's user namespace numbers them") {
  Threads threads({ids(100998, 100998)});
  threads.kernel.answer(source::target_uid_map, "0 100000 65536\n");
  threads.kernel.answer(source::target_gid_map, "0 100000 65536\n");
  UserWish asked;
  asked.uid = 998;
  asked.gid = 998;
  asked.never_root = true;
  for (const DriftRow& row : users(threads.kernel, asked)) {
    CHECK(row.drift == Drift::same);
    CHECK(row.held == "998");
    CHECK(row.layer == "user");
  }
  asked.uid = 1000;
  CHECK(row_of(users(threads.kernel, asked), "uid").drift == Drift::weaker);
  threads.kernel.answer(source::target_tasks_status, tasks_text({ids(100998, 100998), ids(100000, 5)}));
  CHECK(row_of(users(threads.kernel, asked), "not root").drift == Drift::weaker);
  CHECK(row_of(users(threads.kernel, asked), "gid").held ==
        "998, none there (5 as the inspector numbers it)");
}

TEST_CASE("user_drift: without its maps nothing is said of its ids") {
  Threads threads({ids(998, 998)});
  threads.kernel.fail(source::target_uid_map, EACCES, "uid_map");
  UserWish asked;
  asked.uid = 998;
  asked.never_root = true;
  for (const DriftRow& row : users(threads.kernel, asked))
    CHECK(row.drift == Drift::unknown);
  threads.kernel.answer(source::target_uid_map, "0 0 4294967295\n");
  threads.kernel.answer(source::target_tasks_status, tasks_text({ids(998, 998), not_readable}));
  CHECK(row_of(users(threads.kernel, asked), "uid").drift == Drift::unknown);
}

TEST_CASE("label_drift: the profile that was asked for, in enforce mode, on every thread") {
  const std::string enforce = "current=:docker-default\\x20(enforce) apparmor=:docker-default\\x20(enforce) "
                              "smack=!ENOENT\n",
                    complain =
                        "current=:docker-default\\x20(complain) apparmor=:docker-default\\x20(complain) "
                        "smack=!ENOENT\n",
                    other = "current=:other\\x20(enforce) apparmor=:other\\x20(enforce) smack=!ENOENT\n",
                    open = "current=:unconfined apparmor=:unconfined smack=!ENOENT\n",
                    unseen = "current=!EACCES apparmor=!EACCES smack=!ENOENT\n";
  const auto row = [&](const std::string& second, const std::string& label) {
    return Labelled("100 " + enforce + "101 " + second).row(label);
  };
  CHECK(row(enforce, "docker-default").drift == Drift::same);
  CHECK(row(enforce, "docker-default").held == "apparmor docker-default (enforce)");
  CHECK(row(complain, "docker-default").drift == Drift::weaker);
  CHECK(row(complain, "docker-default").held == "apparmor docker-default (complain)");
  CHECK(row(open, "docker-default").drift == Drift::weaker);
  CHECK(row(other, "docker-default").drift == Drift::unknown);
  CHECK(row(unseen, "docker-default").drift == Drift::unknown);
  CHECK(row(enforce, "").drift == Drift::stronger);
  CHECK(Labelled("100 " + open + "101 " + open).row("").drift == Drift::same);
}

TEST_CASE("label_drift: a label that no module gives is weaker, one that may not be read is unknown") {
  Labelled none("100 current=!EINVAL apparmor=!ENOENT smack=!ENOENT\n101 current=!EINVAL apparmor=!ENOENT "
                "smack=!ENOENT\n");
  CHECK(none.row("docker-default").drift == Drift::weaker);
  CHECK(none.row("docker-default").held == "no label");
  none.kernel.fail(source::target_tasks_attr, EACCES, "attr");
  CHECK(none.row("docker-default").drift == Drift::unknown);
}

TEST_CASE("label_drift: SELinux is compared by the whole context, or by its type alone") {
  Labelled labelled("100 current=:system_u:system_r:container_t:s0:c1,c2 apparmor=!ENOENT smack=!ENOENT\n");
  labelled.kernel.answer(source::host_lsm, "capability,selinux");
  labelled.kernel.answer(source::host_selinux_enforce, "1");
  CHECK(labelled.row("container_t", "selinux").drift == Drift::same);
  CHECK(labelled.row("system_u:system_r:container_t:s0:c1,c2", "selinux").drift == Drift::same);
  CHECK(labelled.row("spc_t", "selinux").drift == Drift::unknown);
  labelled.kernel.answer(source::host_selinux_enforce, "0");
  CHECK(labelled.row("container_t", "selinux").drift == Drift::weaker);
}
