#include "parse/proc_stat.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {
// Fields 3 to 52 of a shell on 6.12.
const std::string tail =
    " S 10835 10835 16029 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 3 0 297128 3133440 408 "
    "18446744073709551615 94523980230656 94523980250537 140723169663712 0 0 0 0 0 0 0 0 0 17 0 0 "
    "0 0 0 0 94523980266544 94523980268160 94524213174272 140723169671783 140723169671803 "
    "140723169671803 140723169673195 0\n";
bool bad(const std::string& text) { return !parse_proc_stat(text).has_value(); }
} // namespace

TEST_CASE("proc_stat: a process of today is read") {
  const auto stat = parse_proc_stat("10847 (cat)" + tail);
  REQUIRE(stat);
  CHECK(stat->comm == "cat");
  CHECK(stat->state == 'S');
  CHECK(stat->flags == 4194304);
  CHECK(stat->threads == 3);
  CHECK(stat->start_ticks == 297128);
  CHECK_FALSE(stat->kernel_thread());
  CHECK(stat->guest_ticks == 0U);
}

TEST_CASE("proc_stat: 2.6 kernels print fewer fields, and those that we read") {
  const auto stat =
      parse_proc_stat("1 (init) S 0 1 1 0 -1 256 287 10043 18 75 2 99 9 21 15 0 1 0 183 1622016 136\n");
  REQUIRE(stat);
  CHECK(stat->start_ticks == 183);
  CHECK_FALSE(stat->guest_ticks);
}

TEST_CASE("proc_stat: time of virtual CPUs is field 43, and must be a number where it is printed") {
  std::string ran = "10847 (qemu)" + tail;
  const std::size_t at = ran.find(" 17 0 0 0 0 0 0 ");
  REQUIRE(at != std::string::npos);
  ran.replace(at, 16, " 17 0 0 0 0 71 2 ");
  REQUIRE(parse_proc_stat(ran));
  CHECK(parse_proc_stat(ran)->guest_ticks == 71U);
  ran.replace(at, 16, " 17 0 0 0 0 x 2  ");
  CHECK(bad(ran));
}

TEST_CASE("proc_stat: a kernel thread is known by its flag") {
  CHECK(
      parse_proc_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0\n")->kernel_thread());
}

TEST_CASE(
    "proc_stat: whatever a process calls itself, the name is its name and the fields are the kernel's") {
  for (const std::string name :
       {"", ")", "(", "((", "))", ") R 1 1 1", "a) Z 0 (b", " ", "\n", "a\nb", "x\x1b[2J", ") S 1 1 1 1 1"}) {
    CAPTURE(name);
    const auto stat = parse_proc_stat("7 (" + name + ")" + tail);
    REQUIRE(stat);
    CHECK(stat->comm == name);
    CHECK(stat->state == 'S');
    CHECK(stat->start_ticks == 297128);
  }
  const std::string nul("a\0b", 3);
  CHECK(parse_proc_stat("7 (" + nul + ")" + tail)->comm == nul);
}

TEST_CASE("proc_stat: a name alone, with what a full line looks like in it, is malformed") {
  CHECK(bad("7 (a) S 1 1 1"));
  CHECK(bad("7 (x"));
  CHECK(bad("7 x)"));
  CHECK(bad(") 7 ("));
}

TEST_CASE("proc_stat: too few fields, and fields that are no numbers, are malformed") {
  CHECK(bad(""));
  CHECK(bad("7 (sh)\n"));
  CHECK(bad("7 (sh) S 0 1 1 0 -1 256 287 10043 18 75 2 99 9 21 15 0 1 0\n"));
  CHECK(bad("7 (sh) SS 0 1 1 0 -1 256 287 10043 18 75 2 99 9 21 15 0 1 0 183 1 1\n"));
  CHECK(bad("7 (sh) S 0 1 1 0 -1 -256 287 10043 18 75 2 99 9 21 15 0 1 0 183 1 1\n"));
  CHECK(bad("7 (sh) S 0 1 1 0 -1 256 287 10043 18 75 2 99 9 21 15 0 x 0 183 1 1\n"));
  CHECK(bad("7 (sh) S 0 1 1 0 -1 256 287 10043 18 75 2 99 9 21 15 0 1 0 -183 1 1\n"));
  CHECK(bad("7 (sh) S 0 1 1 0 -1 256 287 10043 18 75 2 99 9 21 15 0 1 0 18446744073709551616 1 1\n"));
}

TEST_CASE("proc_stat: cut off within the start time, it is malformed and not an earlier start") {
  const std::string whole = "7 (sh)" + tail;
  const std::size_t end = whole.find("297128") + 6;
  for (std::size_t length = 0; length < end; ++length)
    CHECK(bad(whole.substr(0, length)));
}

TEST_CASE("proc_stat: a name of a megabyte is a name") {
  const std::string name(1 << 20, ')');
  CHECK(parse_proc_stat("7 (" + name + ")" + tail)->comm.size() == name.size());
}
