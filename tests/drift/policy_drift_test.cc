#include "drift/policy_drift.h"

#include "drift/sandbox.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>

using namespace sbx;

namespace {

// What a policy of OpenShell asks for, and the sandbox that is made of it.
struct Scene : Sandboxed {
  Policy policy;
  std::vector<std::string> paths{"/usr", "/data"};
  LandlockDrift landlock;
  std::vector<DriftRow> rows;

  Scene() {
    dir("/usr", 10).dir("/data", 20).rule("/usr", reading).rule("/data", abi_2);
    policy.file = "policy.yaml";
    policy.sha256 = "00";
    policy.landlock = landlock_wish({read_only("/usr", 5), read_write("/data", 8)});
    policy.seccomp = wish(SeccompWish{});
    policy.no_new_privs = wish(true);
    policy.capabilities.push_back(wish(CapabilityWish{CapabilitySet::bounding, 0}));
    policy.namespaces.push_back(wish(NamespaceWish{"net", true}));
    UserWish user;
    user.user = "sandbox";
    user.never_root = true;
    policy.user = wish(user, 12);
  }
  Finding find() {
    answer(paths);
    Witness witness(kernel);
    rows = policy_drift(witness, policy, landlock);
    return policy_finding(witness, policy, rows, landlock);
  }
};

bool cites(const Finding& finding, const std::string& source) {
  const auto& all = finding.sources();
  return std::find(all.begin(), all.end(), source) != all.end();
}

} // namespace

TEST_CASE("policy_drift: all that was asked for is in force") {
  Scene scene;
  const Finding finding = scene.find();
  for (const DriftRow& row : scene.rows) {
    INFO(row.layer << " " << row.subject << ": " << row.held);
    CHECK(row.drift == Drift::same);
  }
  CHECK(finding.state() == State::enforced);
  CHECK(finding.summary() == "all 9 that it asks for, or more, is in force");
  CHECK(finding.claims()["drift"] == "none");
  CHECK(finding.claims()["format"] == "openshell");
  CHECK(finding.claims()["skipped"] == Claims::array());
  CHECK(finding.claims()["missing_rules"] == Claims::array());
  CHECK(finding.claims()["extra"] == Claims::array());
  CHECK(finding.claims()["rows"].size() == 9);
  CHECK(finding.claims()["rows"][0]["origin"].is_null());
  CHECK(cites(finding, "target/landlock"));
  CHECK(cites(finding, "target/tasks/status"));
  CHECK(cites(finding, "target/tasks/ns"));
}

TEST_CASE("policy_drift: rows stand in the order of the report's layers") {
  Scene scene;
  scene.policy.mounts.push_back(wish(MountWish{"/usr", MountWish::Kind::writable}));
  scene.find();
  std::vector<std::string> layers;
  for (const DriftRow& row : scene.rows)
    if (layers.empty() || layers.back() != row.layer)
      layers.push_back(row.layer);
  CHECK(layers == std::vector<std::string>{"landlock", "seccomp", "no_new_privs", "capabilities",
                                           "namespaces", "user", "mounts"});
}

TEST_CASE("policy_drift: what nobody here can look up is said to be unchecked") {
  Scene scene;
  scene.policy.unchecked.push_back(wish(Unchecked{"network_policies.forge", "a proxy decides"}, 20));
  scene.policy.notes.push_back(wish(std::string("taken for best_effort"), 21));
  const Finding finding = scene.find();
  REQUIRE(finding.claims()["unchecked"].size() == 2);
  CHECK(finding.claims()["unchecked"][0] == Claims{{"what", "network_policies.forge"},
                                                   {"why", "a proxy decides"},
                                                   {"where", "policy.yaml:20:3"}});
  CHECK(finding.claims()["unchecked"][1]["what"] == "user sandbox");
  CHECK(finding.claims()["notes"][0]["text"] == "taken for best_effort");
}

TEST_CASE("policy_drift: a skipped path is no drift, and the policy not in force") {
  Scene scene;
  scene.policy.landlock->paths.push_back(read_write("/gone"));
  scene.paths.push_back("/gone");
  const Finding finding = scene.find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.summary() == "skipped: /gone");
  CHECK(finding.claims()["drift"] == "none");
  CHECK(finding.claims()["skipped"] == Claims{"/gone"});
}

TEST_CASE("policy_drift: one weaker row makes it partial, and its layer too") {
  Scene scene;
  scene.rules[0] = "1:0x3fff dev=8:1 inode=10 fs=ext4 mode=40755 nlink=2 name=/usr";
  const Finding finding = scene.find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["drift"] == "weaker");
  CHECK(finding.summary() == "1 of 9 weaker than asked for: landlock path /usr");
  Witness witness(scene.kernel);
  Layers layers;
  witness.tasks().match(
      [&](const Seen<Tasks>& seen) {
        layers.emplace_back("landlock", Finding::enforced(seen, "level 2"));
        layers.emplace_back("seccomp", Finding::enforced(seen, "1 filter"));
        layers.emplace_back("lsm", Finding::absent(seen, "none"));
      },
      [](const Gap& gap) { FAIL(gap.detail); });
  layers = with_policy(std::move(layers), scene.rows);
  CHECK(layers[0].second.state() == State::partial);
  CHECK(layers[0].second.summary() == "level 2; weaker than the policy: path /usr");
  CHECK(layers[0].second.claims()["policy"].size() == 4);
  CHECK(layers[1].second.state() == State::enforced);
  CHECK(layers[1].second.claims()["policy"][0]["status"] == "same");
  CHECK_FALSE(layers[2].second.claims().contains("policy"));
}

TEST_CASE("policy_drift: without kernel memory it is unknown, with the gap, and lists are not empty") {
  Scene scene;
  scene.memory = false;
  const Finding finding = scene.find();
  CHECK(finding.state() == State::unknown);
  REQUIRE(finding.gap());
  CHECK(finding.gap()->kind == GapKind::denied);
  CHECK(finding.gap()->source == "target/landlock");
  CHECK(finding.claims()["drift"] == "unknown");
  CHECK(finding.claims()["skipped"] == Claims::array()); // every path was looked up
  CHECK(finding.claims()["missing_rules"].is_null());
  CHECK(finding.claims()["extra"].is_null());
}

TEST_CASE("policy_drift: weaker is said even where something else is unknown") {
  Scene scene;
  scene.memory = false;
  scene.policy.namespaces.push_back(wish(NamespaceWish{"pid", true}));
  const Finding finding = scene.find();
  CHECK(finding.state() == State::partial);
  CHECK(finding.claims()["drift"] == "weaker");
}

TEST_CASE(
    "policy_drift: without a word of Landlock the rest is judged, and its lists are not known to be empty") {
  Scene scene;
  scene.policy.landlock.reset();
  const Finding finding = scene.find();
  CHECK(finding.state() == State::enforced);
  CHECK(finding.claims()["drift"] == "none");
  for (const char* list : {"skipped", "missing_rules", "extra"})
    CHECK(finding.claims()[list].is_null());
}

TEST_CASE("policy_drift: a policy that asks for nothing proves nothing") {
  Scene scene;
  scene.policy = {};
  const Finding finding = scene.find();
  CHECK(finding.state() == State::unknown);
  CHECK(finding.claims()["drift"] == "unknown");
  for (const char* list : {"skipped", "missing_rules", "extra"})
    CHECK(finding.claims()[list].is_null());
}

TEST_CASE("drift: weaker is worse than unknown, and that than stronger and the same") {
  CHECK(worse(Drift::same, Drift::stronger) == Drift::stronger);
  CHECK(worse(Drift::unknown, Drift::stronger) == Drift::unknown);
  CHECK(worse(Drift::unknown, Drift::weaker) == Drift::weaker);
  CHECK(drift_name(worse(Drift::same, Drift::same)) == "same");
}
