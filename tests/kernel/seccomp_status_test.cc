#include "kernel/seccomp_status.h"

#include <catch2/catch.hpp>

using sbx::seccomp_status;

namespace {

const std::string status =
    "Name:\ta\\nSeccomp:\t0\nState:\tS (sleeping)\nTracerPid:\t0\nSeccomp:\t2\nSeccomp_filters:\t3\n";
const std::string stat = "7 (a) b)) S 1 1 1 0 -1 4194560 3 0 0 0 0 0 0 0 20 0 1 0 1234567 4096 5\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("seccomp_status: mode, count, tracer and start of a thread") {
  const auto it = seccomp_status(status, stat, 100);
  REQUIRE(it);
  CHECK(it->mode == 2);
  CHECK(it->count == 3u);
  CHECK(it->tracer == 0);
  CHECK_FALSE(it->exited);
  CHECK(it->start_boottime == 12'345'670'000'000);
  CHECK(seccomp_status(replaced(status, "TracerPid:\t0", "TracerPid:\t77"), stat, 100)->tracer == 77);
  CHECK(seccomp_status(replaced(status, "S (sleeping)", "Z (zombie)"), stat, 100)->exited);
  CHECK(seccomp_status(replaced(status, "S (sleeping)", "X (dead)"), stat, 100)->exited);
}

TEST_CASE(
    "seccomp_status: a kernel that prints no count leaves it open, one without the mode is not understood") {
  const auto it = seccomp_status(replaced(status, "Seccomp_filters:\t3\n", ""), stat, 100);
  REQUIRE(it);
  CHECK_FALSE(it->count);
  for (const char* line : {"State:\tS (sleeping)\n", "TracerPid:\t0\n", "Seccomp:\t2\n"})
    CHECK_FALSE(seccomp_status(replaced(status, line, ""), stat, 100));
  CHECK_FALSE(seccomp_status(replaced(status, "Seccomp:\t2", "Seccomp:\t-2"), stat, 100));
  CHECK_FALSE(seccomp_status(replaced(status, "filters:\t3", "filters:\t3x"), stat, 100));
  CHECK_FALSE(seccomp_status(status, "7 (a) S 1", 100));
  CHECK_FALSE(seccomp_status(status, "", 100));
  CHECK_FALSE(seccomp_status(status, replaced(stat, "1234567", "18446744073709551615"), 100));
}
