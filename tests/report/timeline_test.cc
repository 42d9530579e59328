#include "report/timeline.h"

#include "trace/trace_claims.h"
#include "trace/trace_scene.h"

using namespace sbx;

namespace {

Claims launch() {
  TraceScene scene;
  scene.exec(7, "/usr/bin/launcher").ruleset(7);
  for (int i = 0; i < 200; ++i)
    scene.rule(7, "/usr/" + std::to_string(i), 4);
  scene.open(7, "/opt/\x1b[31m", -2).restrict(7).fork(7, 8).exec(8, "/bin/agent").at(8, "exit status=0");
  return trace_claims(scene.trace(), TraceScope::launch);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("timeline: one line for each event, two hundred rules in one, skipped paths and warnings below") {
  const std::string text = render_timeline(launch(), false, {.width = 140});
  INFO(text);
  CHECK(has(text, "      1.0 ms  7 (p7)                  exec /usr/bin/launcher\n"));
  CHECK(has(text,
            "landlock_add_rule path_beneath /usr/0 execute,read_file,read_dir, and 199 more like it: ok"));
  CHECK(has(text, "openat O_PATH /opt/\\x1b[31m: ENOENT"));
  CHECK(has(text, "Skipped paths: 1\n  ENOENT            /opt/\\x1b[31m (openat by p7 (7))"));
  CHECK(has(text, "trace.path_skipped"));
  CHECK(has(text, "Not shown: 1 started and 1 ended, processes and threads, and opens that"));
  CHECK(has(text, "Lost                nothing"));
  CHECK_FALSE(has(text, "fork"));
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("timeline: every event is shown where that is asked for") {
  const std::string text = render_timeline(launch(), true, {.width = 110});
  CHECK(has(text, "path_beneath /usr/199"));
  CHECK(has(text, "fork process 8"));
  CHECK(has(text, "exited with 0"));
  CHECK_FALSE(has(text, "Not shown"));
  CHECK_FALSE(has(text, "more like it"));
}

TEST_CASE("timeline: an errno is red, and nothing else is coloured") {
  const std::string text = render_timeline(launch(), false, {.colour = true, .width = 110});
  CHECK(has(text, ": \x1b[31mENOENT\x1b[0m\n"));
  CHECK_FALSE(has(text, "\x1b[31mok"));
}

TEST_CASE("timeline: a narrow page is broken below the words") {
  const std::string text = render_timeline(launch(), false, {.width = 60});
  INFO(text);
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    longest = std::max(longest, text.find('\n', at) - at);
  CHECK(longest <= 60);
}

TEST_CASE("timeline: what was lost is said in the last line") {
  const Claims trace =
      trace_claims(TraceScene().missing("seccomp").lost(4, 5, 6).trace(), TraceScope::launch);
  CHECK(has(render_trace_end(trace, {.width = 110}),
            "4 events, 5 calls, 6 processes, 0 events not kept; 1 calls not watched"));
}

TEST_CASE("timeline: one event of a trace that is printed as it comes") {
  const Claims event = event_claims(TraceScene().at(7, "chroot ret=-1 args=0x1 text=/x").last());
  CHECK(timeline_line(event, {.width = 110}) == "      1.0 ms  7 (p7)                  chroot /x: EPERM");
}

TEST_CASE("timeline: rules that grant other rights are not put together, nor are mounts with other flags") {
  TraceScene scene;
  scene.rule(7, "/usr", 4).rule(7, "/lib", 5).rule(7, "/tmp", 6, 0, "0xf").rule(7, "/var", 7, 0, "0xf");
  const std::string mount = "mount ret=0 args=0x1,0x2,0x0,";
  scene.at(7, mount + "0x1021 text=/a second=none").at(7, mount + "0x1021 text=/b second=none");
  scene.at(7, mount + "0x1020 text=/c second=none");
  const std::string text =
      render_timeline(trace_claims(scene.trace(), TraceScope::attached), false, {.width = 140});
  INFO(text);
  CHECK(has(text, "path_beneath /usr execute,read_file,read_dir, and 1 more like it: ok\n"));
  CHECK(has(text, "path_beneath /tmp execute,write_file,read_file,read_dir, and 1 more like it: ok\n"));
  CHECK(has(text, "mount none /a MS_RDONLY|MS_REMOUNT|MS_BIND, and 1 more like it: ok\n"));
  CHECK(has(text, "mount none /c MS_REMOUNT|MS_BIND: ok\n"));
}

TEST_CASE("timeline: calls of different kinds are not put together, nor is a failure with a success") {
  TraceScene scene;
  scene.at(7, "prctl ret=0 args=0x18,0x1,0x0,0x0,0x0").at(7, "prctl ret=0 args=0x18,0x2,0x0,0x0,0x0");
  scene.at(7, "prctl ret=0 args=0x26,0x1,0x0,0x0,0x0").open(7, "/a", 4).open(7, "/b", -2).open(7, "/c", 5);
  scene.exec(8, "/x").exec(9, "/y");
  const std::string text =
      render_timeline(trace_claims(scene.trace(), TraceScope::attached), false, {.width = 110});
  INFO(text);
  CHECK(has(text, "prctl PR_CAPBSET_DROP CAP_DAC_OVERRIDE, and 1 more like it: ok\n"));
  CHECK(has(text, "prctl PR_SET_NO_NEW_PRIVS: ok\n"));
  CHECK_FALSE(has(text, "openat O_PATH /a"));
  CHECK(has(text, "openat O_PATH /b: ENOENT\n"));
  CHECK(has(text, "exec /x, and 1 more like it\n"));
}

TEST_CASE("timeline: flags are broken at their bars, and a path that holds one comes out as it is") {
  TraceScene scene;
  scene.at(7, "unshare ret=0 args=0x7e020000").at(7, "chroot ret=0 args=0x1 text=/a|\\x20b");
  const std::string text =
      render_timeline(trace_claims(scene.trace(), TraceScope::attached), false, {.width = 80});
  INFO(text);
  CHECK(has(text, "CLONE_NEWNS|CLONE_NEWCGROUP|\n"));
  CHECK(has(text, "chroot /a| b: ok\n"));
  CHECK(text.find('\x01') == std::string::npos);
}

TEST_CASE("timeline: of very many skipped paths the first are named") {
  TraceScene scene;
  scene.ruleset(7);
  for (int i = 1000; i < 1500; ++i)
    scene.open(7, "/gone/" + std::to_string(i), -2);
  const std::string text =
      render_trace_end(trace_claims(scene.trace(), TraceScope::attached), {.width = 110});
  CHECK(has(text, "Skipped paths: 500\n"));
  CHECK(has(text, "/gone/1099 "));
  CHECK_FALSE(has(text, "/gone/1100 "));
  CHECK(has(text, "and 400 more; -o json has them"));
}
