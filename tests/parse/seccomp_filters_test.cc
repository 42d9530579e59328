#include "parse/seccomp_filters.h"

#include <catch2/catch.hpp>

using sbx::always_allowed;
using sbx::parse_seccomp_filters;

namespace {

const std::string real = R"(settled yes
task 10 start=71234567890123 mode=2 filter=2 count=2 exited=0
task 11 start=8 mode=0 filter=0 count=0 exited=0
task 12 start=9 mode=2 filter=3 count=2 exited=0
task 13 start=9 mode=2 filter=0 count=2 exited=1
filter 1 prev=0 len=1 log=0 notify=0 wait_killable=0 native=ff7f compat=00ff
program 1 060000000000ff7f
filter 2 prev=1 len=2 log=1 notify=1 wait_killable=1 native=017f compat=-
program 2 20000000040302011500fe0121000080
filter 3 prev=1 len=- log=0 notify=0 wait_killable=- native=- compat=-
)";
const std::string task = "task 5 start=1 mode=2 filter=1 count=1 exited=0\n";
const std::string filter = "filter 1 prev=0 len=- log=0 notify=0 wait_killable=0 native=- compat=-\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("seccomp_filters: threads, chains, programs and bitmaps") {
  const auto it = parse_seccomp_filters(real);
  REQUIRE(it);
  CHECK(it->settled);
  REQUIRE(it->tasks.size() == 4);
  CHECK(it->tasks[0].tid == 10);
  CHECK(it->tasks[0].start_boottime == 71234567890123);
  CHECK(it->tasks[0].mode == 2);
  CHECK(it->tasks[0].count == 2);
  CHECK(it->tasks[0].newest == 1u);
  CHECK_FALSE(it->tasks[1].newest);
  CHECK(it->tasks[1].mode == 0);
  CHECK(it->tasks[2].newest == 2u);
  CHECK_FALSE(it->tasks[3].newest); // it exits: its filters are given back, its mode stays
  CHECK(it->tasks[3].mode == 2);
  CHECK(it->tasks[3].exited);
  REQUIRE(it->filters.size() == 3);
  const auto &first = it->filters[0], &second = it->filters[1], &third = it->filters[2];
  CHECK_FALSE(first.previous);
  CHECK(first.depth == 1);
  CHECK(second.previous == 0u);
  CHECK(third.previous == 0u);
  CHECK(third.depth == 2);
  CHECK((!first.log && first.notify == false && first.wait_killable == false));
  CHECK((second.log && second.notify == true && second.wait_killable == true));
  CHECK_FALSE(third.wait_killable);
  REQUIRE(second.program);
  CHECK(*second.program ==
        std::vector<sbx::SeccompInstruction>{{0x20, 0, 0, 0x01020304}, {0x15, 0xfe, 1, 0x80000021}});
  CHECK_FALSE(third.program);
  CHECK_FALSE(third.native);
  CHECK_FALSE(second.compat);
  REQUIRE(second.native);
  CHECK(*second.native == std::vector<std::uint8_t>{0x01, 0x7f});
}

TEST_CASE("seccomp_filters: a bitmap says yes of its own bits alone") {
  const std::vector<std::uint8_t> bitmap{0x01, 0x80};
  CHECK(always_allowed(bitmap, 0));
  CHECK_FALSE(always_allowed(bitmap, 1));
  CHECK_FALSE(always_allowed(bitmap, 14));
  CHECK(always_allowed(bitmap, 15));
  CHECK_FALSE(always_allowed(bitmap, 16));
  CHECK_FALSE(always_allowed(bitmap, 0xffffffff));
  CHECK_FALSE(always_allowed({}, 0));
}

TEST_CASE(
    "seccomp_filters: where threads changed no filter is shown, and one that was not read is not none") {
  const std::string head = "settled no\n", none = "task 5 start=1 mode=0 filter=0 count=0 exited=0\n";
  const auto it = parse_seccomp_filters(head + none + replaced(task, "filter=1", "filter=-"));
  REQUIRE(it);
  CHECK_FALSE(it->settled);
  CHECK_FALSE(it->tasks[0].unread);
  CHECK(it->tasks[1].unread);
  CHECK_FALSE(parse_seccomp_filters(head + task + filter));
  CHECK_FALSE(parse_seccomp_filters("settled yes\n" + replaced(task, "filter=1", "filter=-")));
  CHECK(parse_seccomp_filters("settled yes\n" + task + filter));
}

TEST_CASE("seccomp_filters: what ptrace showed says so, and leaves open what it does not tell") {
  const auto read = parse_seccomp_filters(real);
  REQUIRE(read);
  CHECK_FALSE(read->by_ptrace);
  CHECK(read->filters[0].notify == false);
  const auto it =
      parse_seccomp_filters("settled yes via=ptrace\n" + task + replaced(filter, "notify=0", "notify=-"));
  REQUIRE(it);
  CHECK(it->by_ptrace);
  CHECK(it->settled);
  CHECK_FALSE(it->filters[0].notify);
  const auto moving =
      parse_seccomp_filters("settled no via=ptrace\n" + replaced(task, "filter=1", "filter=-"));
  REQUIRE(moving);
  CHECK((moving->by_ptrace && !moving->settled));
}

TEST_CASE("seccomp_filters: cut off after any line or byte it is malformed") {
  for (std::size_t size = 0; size < real.size(); ++size)
    CHECK_FALSE(parse_seccomp_filters(real.substr(0, size)));
}

TEST_CASE("seccomp_filters: the largest program is read, a larger one is none") {
  const auto text = [](std::size_t size) {
    std::string program;
    for (std::size_t i = 0; i < size; ++i)
      program += "060000000000ff7f";
    return "settled yes\n" + task + replaced(filter, "len=-", "len=" + std::to_string(size)) + "program 1 " +
           program + "\n";
  };
  const auto it = parse_seccomp_filters(text(4096));
  REQUIRE(it);
  CHECK(it->filters[0].program->size() == 4096);
  CHECK(it->filters[0].program->back().k == 0x7fff0000);
  CHECK_FALSE(parse_seccomp_filters(text(4097)));
  CHECK_FALSE(parse_seccomp_filters(text(0)));
}

TEST_CASE("seccomp_filters: what the kernel layer does not write is malformed") {
  const std::string bitmap(128, '0');
  REQUIRE(parse_seccomp_filters(replaced(real, "native=ff7f", "native=" + bitmap)));
  const std::pair<std::string, std::string> changes[] = {
      {"settled yes", "settled maybe"},
      {"settled yes\n", ""},
      {"settled yes", "settled no"},
      {"settled yes", "settled yes via=bpf"},
      {"settled yes", "settled yes via="},
      {"settled yes", "settled yes by=ptrace"},
      {"settled yes", "settled yes via=ptrace via=ptrace"},
      {"task 10", "task  10"},
      {"task 10", "task 010"},
      {"task 10", "task 99999999999"},
      {"task 10", "tsk 10"},
      {"mode=2", "mode=-2"},
      {"mode=2 ", ""},
      {"filter=2 count", "filter=4 count"},
      {"filter=2 count", "filter=1 count"}, // then nobody stands on filter 2
      {"filter=3 count=2", "filter=3 count=3"},
      {"filter=3 count=2", "filter=0 count=2"},
      {"exited=1", "exited=2"},
      {"exited=1", "exited=1 more"},
      {"filter 1", "filter 2"},
      {"filter 2", "filter 3"},
      {"filter 2 prev=1", "filter 2 prev=2"}, // itself
      {"filter 2 prev=1", "filter 2 prev=3"}, // a loop
      {"filter 2 prev=1", "filter 2 prev=0"}, // another depth than its count
      {"len=1", "len=2"},
      {"len=1", "len=0"},
      {"len=1", "len=0x1"},
      {"len=1", "len=-"},
      {"len=-", "len=1"},
      {"log=1", "log=2"},
      {"notify=1", "notify=2"},
      {"wait_killable=1", "wait_killable=2"},
      {"native=ff7f", "native=ff7"},
      {"native=ff7f", "native=fF7f"},
      {"native=ff7f", "native="},
      {"native=ff7f", "native=" + bitmap + "00"},
      {"program 1 06", "program 1 0"},
      {"program 1 06", "program 1 0606"},
      {"program 1 06", "program 1 0g"},
      {"program 1 ", "program 2 "},
      {"program 1 060000000000ff7f\n", ""},
      {"program 1 060000000000ff7f\n", "program 1 060000000000ff7f\nprogram 1 060000000000ff7f\n"},
      {"program 2 ", task + "program 2 "},
  };
  for (const auto& [from, to] : changes) {
    INFO(from << " -> " << to);
    CHECK_FALSE(parse_seccomp_filters(replaced(real, from, to)));
  }
  CHECK_FALSE(parse_seccomp_filters("settled yes\n"));
  CHECK_FALSE(parse_seccomp_filters(real + task)); // tasks come first
}
