#include "parse/trace_events.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

const std::string head = "attached calls=openat,seccomp missing= events=\n",
                  tail = "lost events=0 calls=0 processes=0\n";
const std::string start = "event time=1 tid=2 tgid=2 comm=a call=";

bool bad(const std::string& text) { return !parse_trace_events(text).has_value(); }
bool bad_event(const std::string& rest) { return !parse_trace_event(start + rest).has_value(); }

} // namespace

TEST_CASE("trace_events: a launch with what it asked for and what it was answered") {
  const auto trace = parse_trace_events(
      "attached calls=landlock_add_rule,openat missing=seccomp,capset events=landlock_enforce_domain\n"
      "event time=3000 tid=12 tgid=11 comm=my\\x20launcher call=openat ret=-2 "
      "args=0xffffffffffffff9c,0x5581,0x280000,0x0 text=/opt/\\x0ax cut=1\n"
      "event time=4000 tid=12 tgid=11 comm= call=landlock_add_rule ret=0 args=0x3,0x1,0x7ffd0,0x0 text=/usr "
      "access=0xd inode=77\n"
      "event time=5000 tid=0 tgid=0 comm=x call=fork child=13 child_tgid=13\n"
      "lost events=1 calls=2 processes=18446744073709551615\n");
  REQUIRE(trace);
  CHECK(trace->attached == std::vector<std::string>{"landlock_add_rule", "openat"});
  CHECK(trace->missing == std::vector<std::string>{"seccomp", "capset"});
  CHECK(trace->tracepoints == std::vector<std::string>{"landlock_enforce_domain"});
  REQUIRE(trace->events.size() == 3);
  const TraceEvent& open = trace->events[0];
  CHECK(open.time == 3000);
  CHECK(open.tid == 12);
  CHECK(open.tgid == 11);
  CHECK(open.comm == "my launcher");
  CHECK(open.ret == -2);
  CHECK(open.args == std::vector<std::uint64_t>{0xffffffffffffff9c, 0x5581, 0x280000, 0});
  CHECK(open.text == "/opt/\nx");
  CHECK(open.cut);
  const TraceEvent& rule = trace->events[1];
  CHECK(rule.comm.empty());
  CHECK(rule.number("access") == 13);
  CHECK(rule.number("inode") == 77);
  CHECK_FALSE(rule.number("port").has_value());
  CHECK_FALSE(rule.cut);
  CHECK_FALSE(trace->events[2].ret.has_value());
  CHECK_FALSE(trace->events[2].text.has_value());
  CHECK(trace->lost_events == 1);
  CHECK(trace->lost_calls == 2);
  CHECK_FALSE(trace->lossless());
}

TEST_CASE("trace_events: a trace in which nothing happened is one, and nothing of it was lost") {
  const auto trace = parse_trace_events(head + tail);
  REQUIRE(trace);
  CHECK(trace->events.empty());
  CHECK(trace->missing.empty());
  CHECK(trace->lossless());
}

TEST_CASE("trace_events: without the count of what was lost it is no trace") {
  CHECK(bad(""));
  CHECK(bad(head));
  CHECK(bad(tail));
  CHECK(bad(head + "lost events=0 calls=0 processes=0"));
  CHECK(bad(head + "lost events=0 calls=0\n"));
  CHECK(bad(head + "lost events=-1 calls=0 processes=0\n"));
  CHECK(bad(head + tail + tail));
  CHECK(bad(head + head + tail));
  CHECK(bad(start + "exec\n" + head + tail));
  CHECK(bad(head + tail + start + "exec\n"));
  CHECK(bad("attached calls=a, missing= events=\n" + tail));
  CHECK(bad("attached calls=A missing= events=\n" + tail));
  CHECK(bad("attached calls=a missing=\n" + tail));
}

TEST_CASE("trace_events: a line that is not as it is written is no event") {
  CHECK_FALSE(bad_event("exec"));
  CHECK(bad_event(""));
  CHECK(bad_event("Exec"));
  CHECK(bad_event("exec "));
  CHECK(bad_event("exec ret="));
  CHECK(bad_event("exec ret=+1"));
  CHECK(bad_event("exec args=1"));
  CHECK(bad_event("exec args=0x1,"));
  CHECK(bad_event("exec args=0x1,0x2,0x3,0x4,0x5,0x6,0x7"));
  CHECK(bad_event("exec args=0x1 ret=0"));
  CHECK(bad_event("exec text=a text=b"));
  CHECK(bad_event("exec text=\\q"));
  CHECK(bad_event("exec cut=0"));
  CHECK(bad_event("exec inode=1 inode=2"));
  CHECK(bad_event("exec inode=-1"));
  CHECK(bad_event("exec inode=0x"));
  CHECK(bad_event("exec inode"));
  CHECK(bad_event("exec =1"));
  CHECK_FALSE(parse_trace_event("event time=1 tid=4294967296 tgid=2 comm=a call=exec").has_value());
  CHECK_FALSE(parse_trace_event("event time=1 tgid=2 tid=2 comm=a call=exec").has_value());
}

TEST_CASE("trace_events: what a hostile process may choose comes back byte for byte") {
  const auto event = parse_trace_event("event time=1 tid=2 tgid=2 comm=\\xff\\x0a\\x20call=x call=exec "
                                       "text=\\x1b[2J\\x20ret=0");
  REQUIRE(event);
  CHECK(event->comm == "\xff\n call=x");
  CHECK(event->text == "\x1b[2J ret=0");
  CHECK(event->call == "exec");
  CHECK_FALSE(event->ret.has_value());
}
