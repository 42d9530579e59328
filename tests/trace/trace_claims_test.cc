#include "trace/trace_claims.h"

#include "trace/trace_scene.h"

using namespace sbx;

namespace {

Claims claims(const TraceScene& scene) { return trace_claims(scene.trace(), TraceScope::launch); }

} // namespace

TEST_CASE("trace_claims: a launch from its first exec to its end") {
  const Claims trace = claims(TraceScene()
                                  .exec(7, "/l")
                                  .ruleset(7)
                                  .open(7, "/a", 4)
                                  .rule(7, "/a", 4)
                                  .rule(7, "/b", 5, -22)
                                  .open(7, "/gone", -2)
                                  .restrict(7)
                                  .fork(7, 8)
                                  .exec(8, "/agent")
                                  .at(8, "exit status=9")
                                  .at(7, "exit status=768"));
  CHECK(trace["complete"] == true);
  CHECK(trace["from_start"] == true);
  CHECK(trace["timeline"]["total"] == 11);
  CHECK(trace["counts"] == Claims{{"forks", 1}, {"execs", 2}, {"exits", 2}});
  const Claims& first = trace["timeline"]["list"][0];
  CHECK(first["time_us"] == 1000);
  CHECK(first["words"] == "exec /l");
  CHECK(first["result"].is_null());
  CHECK(first["errno"].is_null());
  CHECK(trace["timeline"]["list"][4]["errno"] == "EINVAL");
  CHECK(trace["timeline"]["list"][4]["result"] == -22);
  const Claims& processes = trace["processes"]["list"];
  REQUIRE(processes.size() == 2);
  CHECK(processes[0]["parent"].is_null());
  CHECK(processes[0]["exit_code"] == 3);
  CHECK(processes[1]["parent"] == 7);
  CHECK(processes[1]["exit_signal"] == 9);
  CHECK(processes[1]["exit_code"].is_null());
  CHECK(processes[1]["execs"]["list"][0]["file"] == "/agent");
  CHECK(trace["skipped_paths"]["total"] == 2);
  const Claims& ruleset = trace["attempted"]["rulesets"]["list"][0];
  CHECK(ruleset["rules_added"] == 1);
  CHECK(ruleset["rules_refused"] == 1);
  CHECK(ruleset["handled_fs"].size() == 13);
  CHECK(trace["attempted"]["landlock"]["total"] == 2); // the ruleset and the domain
  CHECK(trace["attempted"]["landlock"]["failed"] == 0);
  CHECK(trace["attempted"]["seccomp"]["total"] == 0);
  CHECK(trace["warnings"][0]["id"] == "trace.path_skipped");
}

TEST_CASE("trace_claims: what the target chose is escaped, and big numbers stay whole") {
  const Claims trace =
      claims(TraceScene().exec(7, "/a\nb").at(7, "prctl ret=9223372036854775807 args=0x1,0x2"));
  CHECK(trace["processes"]["list"][0]["execs"]["list"][0]["file"] == "/a\\x0ab");
  CHECK(trace["timeline"]["list"][0]["words"] == "exec /a\\x0ab");
  CHECK(trace["timeline"]["list"][1]["result"] == (1ll << 53) - 1);
}

TEST_CASE("trace_claims: a long timeline is cut, and says how long it was") {
  TraceScene scene;
  for (int i = 0; i < 10001; ++i)
    scene.exec(7, "/x");
  const Claims trace = claims(scene);
  CHECK(trace["timeline"]["total"] == 10001);
  CHECK(trace["timeline"]["list"].size() == 10000);
}

TEST_CASE("trace_claims: a trace with holes is not complete") {
  CHECK(claims(TraceScene().lost(0, 0, 1))["complete"] == false);
  CHECK(claims(TraceScene().missing("capset"))["complete"] == false);
  CHECK(claims(TraceScene().lost(3, 0, 0))["lost"]["events"] == 3);
}

TEST_CASE("trace_claims: a process that makes as many events as are kept does not keep us busy") {
  std::string text = "attached calls=openat missing= events=\n";
  for (int i = 0; i < 200000; ++i)
    text += "event time=1 tid=7 tgid=7 comm=a call=openat ret=-2 args=0x0,0x1,0x200000,0x0 text=/x" +
            std::to_string(i) + "\n";
  text += "event time=2 tid=7 tgid=7 comm=a call=landlock_restrict_self ret=0 args=0x3,0x0\n"
          "lost events=0 calls=0 processes=0\n";
  const Claims trace = trace_claims(parse_trace_events(text).value(), TraceScope::launch);
  CHECK(trace["skipped_paths"]["total"] == 200000);
  CHECK(trace["skipped_paths"]["list"].size() == 10000);
}
