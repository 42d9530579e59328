#include "kernel/trace_calls.h"
#include "kernel/trace_text.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <initializer_list>
#include <set>
#include <sys/syscall.h>

using sbx::trace_line;

namespace {

trace_head head_of(trace_kind kind) {
  trace_head head{};
  head.kind = kind;
  head.tid = 12;
  head.tgid = 11;
  head.time = 1500;
  std::strcpy(head.comm, "a sh");
  return head;
}

std::string bytes_of(trace_head head, const std::string& text = "", const std::string& second = "") {
  head.text_size = static_cast<__u32>(text.size());
  head.second_size = static_cast<__u32>(second.size());
  return std::string(reinterpret_cast<const char*>(&head), sizeof head) + text + second;
}

std::string line_of(const std::string& bytes, trace_hold hold = trace_hold_never) {
  const auto line = trace_line(bytes, 500, hold);
  return line ? line->text : "none";
}

template <class Word> void append(trace_head& head, Word word) {
  std::memcpy(head.data + head.data_size, &word, sizeof word);
  head.data_size += static_cast<__u32>(sizeof word);
}

template <class... Words> void put(trace_head& head, Words... words) {
  head.data_size = 0;
  (append(head, words), ...);
}

const std::string start = "event time=1000 tid=12 tgid=11 comm=a\\x20sh call=";

} // namespace

TEST_CASE("trace text: the kinds of calls are the places in their table, and no two calls share a number") {
  std::set<int> native, i386;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < sbx::trace_calls().size(); ++i) {
    const sbx::TraceCall& call = sbx::trace_calls()[i];
    INFO(call.name);
    CHECK(call.kind == static_cast<int>(i + 1));
    CHECK(call.args >= 1);
    CHECK(call.args <= 6);
    CHECK(names.insert(call.name).second);
    if (call.native >= 0)
      CHECK(native.insert(call.native).second);
    CHECK(call.native < trace_most_numbers);
    for (const int number : call.i386)
      if (number >= 0)
        CHECK(i386.insert(number).second);
    CHECK(call.recipe.most_data <= trace_data_bytes);
    for (const int index : {call.recipe.text, call.recipe.second, call.recipe.data, call.recipe.data_size})
      CHECK(index < static_cast<int>(call.args));
  }
}

TEST_CASE("trace text: a ruleset is told as far as the caller said that it goes") {
  trace_head head = head_of(trace_landlock_create_ruleset);
  head.ret = 3;
  head.args[0] = 0x1000;
  head.args[1] = 16;
  put(head, __u64{0xffff}, __u64{3});
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_create_ruleset ret=3 args=0x1000,0x10,0x0 fs=0xffff net=0x3");
  put(head);
  CHECK(line_of(bytes_of(head)) == start + "landlock_create_ruleset ret=3 args=0x1000,0x10,0x0");
}

TEST_CASE("trace text: a rule on a file is told with its path from the root, its device and its inode") {
  trace_head head = head_of(trace_landlock_add_rule);
  head.args[0] = 3;
  head.args[1] = 1;
  head.args[2] = 0x7ffd0;
  put(head, __u64{0xd}, __u32{4});
  const std::string told = start + "landlock_add_rule ret=0 args=0x3,0x1,0x7ffd0,0x0 access=0xd fd=4";
  CHECK(line_of(bytes_of(head)) == told);
  head.flags = trace_has_file | trace_has_text | trace_leaf_first;
  head.dev = (254u << 20) | 7;
  head.inode = 42;
  const std::string names("b c\0a\0", 6);
  CHECK(line_of(bytes_of(head, names)) == told + " major=254 minor=7 inode=42 text=/a/b\\x20c");
  CHECK(line_of(bytes_of(head)) == told + " major=254 minor=7 inode=42 text=/");
  head.flags |= trace_text_cut;
  CHECK(line_of(bytes_of(head, names)) == told + " major=254 minor=7 inode=42 text=/a/b\\x20c cut=1");
}

TEST_CASE("trace text: a rule on a port is told with its port") {
  trace_head head = head_of(trace_landlock_add_rule);
  head.ret = -22;
  head.args[1] = 2;
  put(head, __u64{1}, __u64{8080});
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_add_rule ret=-22 args=0x0,0x2,0x0,0x0 access=0x1 port=8080");
}

TEST_CASE("trace text: of a filter only its length is told, and nothing where it could not be read") {
  trace_head head = head_of(trace_seccomp);
  head.args[0] = 1;
  CHECK(line_of(bytes_of(head)) == start + "seccomp ret=0 args=0x1,0x0,0x0");
  put(head, __u16{89});
  CHECK(line_of(bytes_of(head)) == start + "seccomp ret=0 args=0x1,0x0,0x0 instructions=89");
}

TEST_CASE("trace text: capabilities are put together of their halves, of which version 1 has one") {
  trace_head head = head_of(trace_capset);
  put(head, 1u, 2u, 3u, 4u, 5u, 6u, 0x20080522u);
  head.data_size = 24;
  CHECK(line_of(bytes_of(head)) ==
        start +
            "capset ret=0 args=0x0,0x0 effective=0x400000001 permitted=0x500000002 inheritable=0x600000003");
  put(head, 1u, 2u, 3u, 4u, 5u, 6u, 0x19980330u);
  head.data_size = 24;
  CHECK(line_of(bytes_of(head)) ==
        start + "capset ret=0 args=0x0,0x0 effective=0x1 permitted=0x2 inheritable=0x3");
}

TEST_CASE("trace text: a call that came another way into the kernel says so") {
  trace_head head = head_of(trace_setuid);
  head.way = trace_i386;
  CHECK(line_of(bytes_of(head)) == start + "setuid ret=0 args=0x0 way_i386=1");
  head.way = trace_x32;
  CHECK(line_of(bytes_of(head)) == start + "setuid ret=0 args=0x0 way_x32=1");
}

TEST_CASE("trace text: texts end at their zero, are escaped, and may be empty") {
  trace_head head = head_of(trace_mount);
  head.flags = trace_has_text | trace_has_second;
  const std::string hostile("/a\nevent \x1b[31m\\\0", 15);
  CHECK(line_of(bytes_of(head, hostile, std::string("\0", 1))) ==
        start + "mount ret=0 args=0x0,0x0,0x0,0x0,0x0 text=/a\\x0aevent\\x20\\x1b[31m\\x5c second=");
}

TEST_CASE("trace text: what happened is told with its numbers") {
  trace_head head = head_of(trace_fork);
  head.args[0] = 20;
  head.args[1] = 21;
  CHECK(line_of(bytes_of(head)) == start + "fork child=20 child_tgid=21");
  head.kind = trace_exit;
  head.args[0] = 0x300;
  head.args[1] = 1;
  CHECK(line_of(bytes_of(head)) == start + "exit status=768 last=1");
  head.args[1] = 0;
  CHECK(line_of(bytes_of(head)) == start + "exit status=768");
  head = head_of(trace_exec);
  head.flags = trace_has_text;
  CHECK(line_of(bytes_of(head, std::string("/bin/ls\0", 8))) == start + "exec text=/bin/ls");
}

TEST_CASE(
    "trace text: who is held is told with the reason, and with the error where it could not be stopped") {
  trace_head head = head_of(trace_held);
  CHECK(line_of(bytes_of(head), trace_hold_confined_exec) == start + "held ret=0 text=confined_exec");
  CHECK(line_of(bytes_of(head), trace_hold_landlock) == start + "held ret=0 text=landlock");
  CHECK(line_of(bytes_of(head), trace_hold_exec) == start + "held ret=0 text=exec");
  head.ret = -16;
  CHECK(line_of(bytes_of(head), trace_hold_seccomp) == start + "held ret=-16 text=seccomp");
}

TEST_CASE("trace text: what the tracepoints of Landlock say") {
  trace_head head = head_of(trace_enforce_domain);
  head.args[0] = 0x17c5c8f0a;
  head.args[1] = head.args[2] = 1;
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_enforce_domain domain=0x17c5c8f0a complete=1 process_wide=1 no_new_privs=0");
  head = head_of(trace_deny_access_fs);
  head.args[0] = 5;
  head.args[2] = 1;
  head.args[3] = 2;
  head.args[4] = 0x80;
  head.flags = trace_has_text;
  const std::string path("/tmp\0", 5);
  const std::string denial = " domain=0x5 same_exec=0 logged=1";
  CHECK(line_of(bytes_of(head, path)) ==
        start + "landlock_deny_access_fs" + denial + " type=2 access=0x80 text=/tmp");
  head.flags = 0;
  head.kind = trace_deny_access_net;
  put(head, __u16{2}, __u8{0x1f}, __u8{0x90});
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_deny_access_net" + denial + " type=2 access=0x80 port=8080");
  put(head, __u16{1}, __u8{0x1f}, __u8{0x90});
  CHECK(line_of(bytes_of(head)) == start + "landlock_deny_access_net" + denial + " type=2 access=0x80");
  put(head);
  head.args[3] = 6;
  head.args[4] = 77;
  head.args[5] = 9;
  head.kind = trace_deny_scope_signal;
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_deny_scope_signal" + denial + " signal=9 other_tid=77 other_domain=0x6");
  head.kind = trace_deny_ptrace;
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_deny_ptrace" + denial + " other_tid=77 other_domain=0x6");
  head.kind = trace_deny_scope_abstract_unix_socket;
  CHECK(line_of(bytes_of(head)) ==
        start + "landlock_deny_scope_abstract_unix_socket" + denial + " other_domain=0x6");
}

TEST_CASE("trace text: what happened before the tracing began has the time 0") {
  trace_head head = head_of(trace_exec);
  head.time = 1;
  CHECK(trace_line(bytes_of(head), 500, trace_hold_never)->time == 0);
}

TEST_CASE("trace text: what is no record of ours is none") {
  trace_head head = head_of(trace_mount);
  const std::string whole = bytes_of(head, "/a", "/b");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(line_of(whole.substr(0, size)) == "none");
  CHECK(line_of(whole) != "none");
  head.kind = 0;
  CHECK(line_of(bytes_of(head)) == "none");
  for (__u32 kind = trace_deny_scope_abstract_unix_socket + 1; kind < 70; ++kind) {
    head.kind = kind;
    CHECK(line_of(bytes_of(head)) == "none");
  }
  head.kind = 0xffffffff;
  CHECK(line_of(bytes_of(head)) == "none");
  head = head_of(trace_mount);
  head.data_size = sizeof head.data + 1;
  CHECK(line_of(bytes_of(head)) == "none");
}
