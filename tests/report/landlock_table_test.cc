#include "report/landlock_table.h"

#include "report/example_reports.h"

#include <catch2/catch.hpp>

using namespace sbx;

TEST_CASE("landlock table: layers, rules with their rights and what became of them, and warnings") {
  Report report = sbx::examples::observed();
  report.layers.erase(report.layers.begin() + 1, report.layers.end());
  const std::string text = render_landlock(report, {.width = 80});
  INFO(text);
  for (const char* part :
       {"Domain 1 of 1: agent (4242), and 6 more", "  layer 1", "files: execute",
        "made by agent (pid 7, uid 1000, /usr/bin/agent)", "  not restricted    truncate (ABI 3)",
        "/srv/a\\x0ab", "hidden: tmpfs is mounted over /srv", "read_file, fs_bit_17", "also at /mnt/a",
        "  port 443          connect_tcp", "Warnings", "  high              landlock.threads_outside",
        "to do: restrict before any thread is started"})
    CHECK(text.find(part) != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("landlock table: nothing seen is said as in the table, and no domain is drawn") {
  Report report = sbx::examples::unprivileged();
  report.layers.erase(report.layers.begin() + 1, report.layers.end());
  const std::string text = render_landlock(report, {.width = 80});
  CHECK(text.find("Landlock            unknown") != std::string::npos);
  CHECK(text.find("Domain") == std::string::npos);
  CHECK(text.find("Warnings") == std::string::npos);
}
