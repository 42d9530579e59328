#include "trace/trace_warnings.h"

#include "trace/trace_scene.h"

#include <algorithm>

using namespace sbx;

namespace {

std::vector<Warning> warnings(const TraceScene& scene, TraceScope scope = TraceScope::launch) {
  const TraceEvents trace = scene.trace();
  const Course course = course_of(trace);
  return trace_warnings(trace, course, skipped_paths(course), scope);
}

std::vector<std::string> ids(const TraceScene& scene, TraceScope scope = TraceScope::launch) {
  std::vector<std::string> found;
  for (const Warning& it : warnings(scene, scope))
    found.push_back(it.id);
  return found;
}

using Ids = std::vector<std::string>;

TraceScene launcher() { return TraceScene().exec(7, "/l"); }
const std::string no_new_privs = "prctl ret=0 args=0x26,0x1,0x0,0x0,0x0";
std::string filter(int ret) {
  return "seccomp ret=" + std::to_string(ret) + " args=0x1,0x0,0x7ff0 instructions=9";
}
std::string unshare_user(int ret) { return "unshare ret=" + std::to_string(ret) + " args=0x10000000"; }

} // namespace

TEST_CASE("trace_warnings: a sandbox that was put on is none") {
  CHECK(ids(launcher()
                .at(7, no_new_privs)
                .ruleset(7)
                .open(7, "/a", 4)
                .rule(7, "/a", 4)
                .restrict(7)
                .at(7, filter(0))
                .exec(7, "/agent"))
            .empty());
}

TEST_CASE("trace_warnings: a domain that was refused before a file was executed") {
  const auto found = warnings(launcher().ruleset(7).restrict(7, -1).exec(7, "/agent"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == "trace.landlock_failed");
  CHECK(found[0].severity == Severity::high);
  CHECK(found[0].evidence == "landlock_restrict_self: EPERM at 3.0 ms, p7 (7); then exec /agent by 7");
}

TEST_CASE("trace_warnings: a failure that was made good, or after which nothing was executed, is none") {
  CHECK(ids(launcher().ruleset(7).restrict(7, -1).at(7, no_new_privs).restrict(7).exec(7, "/agent")).empty());
  CHECK(ids(launcher().ruleset(7).restrict(7, -1).at(7, "exit status=256")).empty());
  CHECK(ids(launcher().at(7, filter(-13)).at(7, no_new_privs).at(7, filter(0)).exec(7, "/agent")).empty());
}

TEST_CASE("trace_warnings: what the parent was refused, its child lacks") {
  CHECK(ids(launcher().at(7, filter(-13)).fork(7, 8).exec(8, "/agent")) == Ids{"trace.seccomp_failed"});
  CHECK(ids(launcher().fork(7, 8).at(7, filter(-13)).exec(8, "/agent")).empty());
}

TEST_CASE("trace_warnings: a kernel without Landlock, and a launcher that goes on") {
  CHECK(ids(launcher().at(7, "landlock_create_ruleset ret=-38 args=0x0,0x0,0x1").exec(7, "/agent")) ==
        Ids{"trace.landlock_failed", "trace.nothing_attempted"});
}

TEST_CASE(
    "trace_warnings: strict mode that was refused is a failure, and is none where it asks with a flag") {
  CHECK(ids(launcher().at(7, "seccomp ret=-22 args=0x0,0x0,0x0").exec(7, "/agent")) ==
        Ids{"trace.seccomp_failed"});
}

TEST_CASE("trace_warnings: questions to the kernel are no failures") {
  CHECK(ids(launcher()
                .at(7, no_new_privs)
                .at(7, "seccomp ret=-22 args=0x0,0x1,0x0") // libseccomp: is there such a call?
                .at(7, "seccomp ret=-14 args=0x1,0x1,0x0")
                .at(7, "seccomp ret=-95 args=0x2,0x0,0x7ff0")
                .at(7, "landlock_create_ruleset ret=-22 args=0x0,0x0,0x2")
                .exec(7, "/agent"))
            .empty());
}

TEST_CASE("trace_warnings: namespaces, users and mounts that were refused, each by its name") {
  CHECK(ids(launcher().at(7, unshare_user(-1)).exec(7, "/agent")) == Ids{"trace.userns_failed"});
  CHECK(ids(launcher().at(7, unshare_user(-1)).at(7, "unshare ret=0 args=0x20000").exec(7, "/agent")) ==
        Ids{"trace.userns_failed"});
  CHECK(ids(launcher().at(7, unshare_user(-1)).at(7, "unshare ret=0 args=0x10020000").exec(7, "/agent"))
            .empty());
  CHECK(ids(launcher().at(7, "unshare ret=-1 args=0x40000000").exec(7, "/agent")) ==
        Ids{"trace.namespaces_failed"});
  CHECK(ids(launcher().at(7, "setuid ret=-11 args=0x3e8").exec(7, "/agent")) == Ids{"trace.user_failed"});
  CHECK(ids(launcher()
                .at(7, "capset ret=-1 args=0x1,0x2 effective=0x0 permitted=0x0 inheritable=0x0")
                .exec(7, "/agent")) == Ids{"trace.capabilities_failed"});
  CHECK(ids(launcher()
                .at(7, "mount ret=-13 args=0x1,0x2,0x3,0x1000,0x0 text=/a second=/b")
                .at(7, "mount ret=0 args=0x1,0x2,0x3,0x1000,0x0 text=/a second=/c")
                .exec(7, "/agent")) == Ids{"trace.mounts_failed"});
}

TEST_CASE("trace_warnings: a ruleset that nobody put on") {
  CHECK(ids(launcher().ruleset(7).exec(7, "/agent")) == Ids{"trace.landlock_unapplied"});
  CHECK(ids(launcher().ruleset(7).fork(7, 8).exec(8, "/helper").restrict(7).exec(7, "/agent")).empty());
  CHECK(ids(launcher().ruleset(7)).empty());
}

TEST_CASE("trace_warnings: a launcher that claims a sandbox and asks for nothing") {
  const TraceScene scene = launcher().open(7, "/etc", 4).exec(7, "/agent");
  const auto found = warnings(scene);
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == "trace.nothing_attempted");
  CHECK(found[0].severity == Severity::high);
  CHECK(ids(scene, TraceScope::attached).empty());
}

TEST_CASE("trace_warnings: a trace with holes says so, and never that nothing was attempted") {
  CHECK(ids(launcher().lost(1, 0, 0)) == Ids{"trace.events_lost"});
  CHECK(ids(launcher().lost(0, 0, 3)) == Ids{"trace.events_lost"});
  CHECK(ids(launcher().missing("seccomp")) == Ids{"trace.calls_missing"});
  CHECK(ids(launcher().ruleset(7).exec(7, "/agent").lost(0, 1, 0)) == Ids{"trace.events_lost"});
}

TEST_CASE("trace_warnings: skipped paths by name") {
  const auto found = warnings(
      launcher().ruleset(7).open(7, "/opt/\ndata", -2).open(7, "/x", -13).restrict(7).exec(7, "/agent"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == "trace.path_skipped");
  CHECK(found[0].evidence == "/opt/\\x0adata (ENOENT), /x (EACCES)");
}

TEST_CASE("trace_warnings: a launcher that gave up over a path is no silent one") {
  CHECK(ids(launcher().ruleset(7).open(7, "/x", -13).at(7, "exit status=256")) == Ids{"trace.path_missing"});
}

TEST_CASE("trace_warnings: becoming root, or staying who one is, is no attempt to isolate") {
  CHECK(ids(launcher().at(7, "setresuid ret=0 args=0xffffffff,0x0,0xffffffff").exec(7, "/agent")) ==
        Ids{"trace.nothing_attempted"});
  CHECK(ids(launcher().at(7, "setresuid ret=0 args=0xffffffff,0x3e8,0xffffffff").exec(7, "/agent")).empty());
}
