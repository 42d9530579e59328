// A trace made of sentences: its events a millisecond apart, its text read by the parser.
#pragma once

#include "core/escape.h"
#include "parse/trace_events.h"

#include <catch2/catch.hpp>

#include <string>

namespace sbx {

class TraceScene {
public:
  // "landlock_add_rule ret=0 args=0x3,0x1 text=/usr access=0xd" of a process with one thread, by its number.
  TraceScene& at(int tgid, const std::string& event) { return of(tgid, tgid, event); }
  TraceScene& of(int tid, int tgid, const std::string& event) {
    time_ += 1000000;
    text_ += "event time=" + std::to_string(time_) + " tid=" + std::to_string(tid) +
             " tgid=" + std::to_string(tgid) + " comm=p" + std::to_string(tgid) + " call=" + event + "\n";
    return *this;
  }

  TraceScene& exec(int tgid, const std::string& file) { return at(tgid, "exec text=" + escaped_word(file)); }
  TraceScene& fork(int tgid, int child) {
    const std::string id = std::to_string(child);
    return at(tgid, "fork child=" + id + " child_tgid=" + id);
  }
  // An openat(2) with O_PATH, relative to the working directory.
  TraceScene& open(int tgid, const std::string& path, int ret) {
    return at(tgid, "openat ret=" + std::to_string(ret) +
                        " args=0xffffffffffffff9c,0x5581,0x280000,0x0 text=" + escaped_word(path));
  }
  TraceScene& rule(int tgid, const std::string& path, int fd, int ret = 0, const char* access = "0xd") {
    return at(tgid, "landlock_add_rule ret=" + std::to_string(ret) + " args=0x3,0x1,0x7ffd0,0x0" +
                        (path.empty() ? "" : " text=" + escaped_word(path)) + " access=" + access +
                        " fd=" + std::to_string(fd));
  }
  TraceScene& ruleset(int tgid, int ret = 3) {
    return at(tgid, "landlock_create_ruleset ret=" + std::to_string(ret) +
                        " args=0x7ffc0,0x18,0x0 fs=0x1fff net=0x0 scoped=0x0");
  }
  TraceScene& restrict(int tgid, int ret = 0) {
    return at(tgid, "landlock_restrict_self ret=" + std::to_string(ret) + " args=0x3,0x0");
  }
  TraceScene& lost(int events, int calls, int processes) {
    lost_ = "lost events=" + std::to_string(events) + " calls=" + std::to_string(calls) +
            " processes=" + std::to_string(processes) + "\n";
    return *this;
  }
  TraceScene& missing(const std::string& calls) {
    missing_ = calls;
    return *this;
  }

  TraceEvents trace() const {
    auto parsed =
        parse_trace_events("attached calls=openat missing=" + missing_ + " events=\n" + text_ + lost_);
    REQUIRE(parsed);
    return *parsed;
  }
  TraceEvent last() const { return trace().events.back(); }

private:
  std::uint64_t time_ = 0;
  std::string text_, missing_, lost_ = "lost events=0 calls=0 processes=0\n";
};

} // namespace sbx
